package usage

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is a signed statement of how large a log is and what its tree's
// root is. Its note has the form of C2SP's tlog-checkpoint
// (https://c2sp.org/tlog-checkpoint): origin, size, root, then the extension
// lines "time" and "previous".
type Checkpoint struct {
	Origin   string // the log, by the name of its key
	Size     int64
	Root     tlog.Hash
	Time     time.Time
	Previous tlog.Hash // SHA-256 of the line that was signed before, or of the segment's first
	Note     string    // as signed
}

func (c *Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\ntime %s\nprevious %s\n", c.Origin, c.Size, c.Root, c.Time.UTC().Format(time.RFC3339), c.Previous)
}

// sign fills in the note.
func (c *Checkpoint) sign(s note.Signer) error {
	signed, err := note.Sign(&note.Note{Text: c.text()}, s)
	c.Note = string(signed)
	return err
}

var errCheckpoint = errors.New("not a checkpoint of this program")

// ParseCheckpoint reads a checkpoint and checks its signature. It takes the one
// form that this program writes.
func ParseCheckpoint(text string, known note.Verifiers) (*Checkpoint, error) {
	n, err := note.Open([]byte(text), known)
	if err != nil {
		return nil, fmt.Errorf("the checkpoint's signature isn't good: %w", err)
	}
	if len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 || !isCanonical(n.Sigs[0].Base64) {
		return nil, errCheckpoint
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 6 {
		return nil, errCheckpoint
	}
	c := &Checkpoint{Origin: lines[0], Note: text}
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 {
		return nil, errCheckpoint
	}
	if c.Root, err = tlog.ParseHash(lines[2]); err != nil {
		return nil, errCheckpoint
	}
	if c.Time, err = time.Parse(time.RFC3339, strings.TrimPrefix(lines[3], "time ")); err != nil {
		return nil, errCheckpoint
	}
	if c.Previous, err = tlog.ParseHash(strings.TrimPrefix(lines[4], "previous ")); err != nil {
		return nil, errCheckpoint
	}
	if c.text() != n.Text || c.Origin != n.Sigs[0].Name {
		return nil, errCheckpoint
	}
	return c, nil
}

func isCanonical(text string) bool {
	_, err := base64.StdEncoding.Strict().DecodeString(text)
	return err == nil
}

const checkpointStart = `{"checkpoint":`

// prefixSize is how much of a leaf's hash a checkpoint's line repeats, so that
// the very line that was changed can be found.
const prefixSize = 4

// appendCheckpoint appends the line of a checkpoint, without the newline.
// Prefixes are the first bytes of the hashes of the leaves since the last one.
func appendCheckpoint(b []byte, text string, prefixes []byte) []byte {
	e := encoder{append(b, '{')}
	e.str("checkpoint", text)
	e.bytes("leaves", prefixes)
	return append(e.b, '}')
}

// parseCheckpointLine takes a line apart, in the one form that is written.
func parseCheckpointLine(line []byte) (text string, prefixes []byte, err error) {
	err = members(line, func(name string, v jsonRaw) error {
		switch name {
		case "checkpoint":
			return readString(v, &text)
		case "leaves":
			return readBytes(v, &prefixes)
		}
		return errCheckpoint
	})
	if err == nil && !bytes.Equal(appendCheckpoint(nil, text, prefixes), line) {
		err = errCheckpoint
	}
	return text, prefixes, err
}

// lineHash chains a line that isn't a leaf to the checkpoint after it.
func lineHash(line []byte) tlog.Hash { return sha256.Sum256(line) }
