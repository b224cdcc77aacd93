package terraform

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"palisade/arm"
	"palisade/format/layout"
)

// maxText bounds what is read of one file, in bytes, and maxNesting how deep it
// may be nested, because the parser calls itself that deep.
const (
	maxText    = 4 << 20
	maxNesting = 500
)

// Read is what Terraform files deploy with azapi: the resources and data
// sources, in the order of the files. What can't be read is unknown, with a
// diagnostic.
func Read(files []layout.Written) ([]arm.Resource, []arm.Diagnostic) {
	r := &reader{locals: map[string]*local{}, variables: map[string]*declared{}, resources: map[string]*declared{}}
	for _, f := range parsed(files) {
		r.diagnostics = append(r.diagnostics, f.diagnostics...)
		for _, b := range f.blocks {
			r.block(f.file, b)
		}
	}
	for _, b := range r.order {
		r.result = append(r.result, r.resource(b))
	}
	for _, p := range r.patches {
		r.patch(p)
	}
	return r.result, r.diagnostics
}

type reader struct {
	locals      map[string]*local
	variables   map[string]*declared
	resources   map[string]*declared // by address, such as azapi_resource.x
	order       []*declared
	patches     []*declared // that set a part of a resource
	diagnostics []arm.Diagnostic
	result      []arm.Resource
}

// local is a local value, evaluated at most once.
type local struct {
	file  *arm.File
	expr  hclsyntax.Expression
	state memoState
	value arm.Value
}

// declared is a block with a name.
type declared struct {
	file    *arm.File
	block   *hclsyntax.Block
	address string
	state   memoState
	id      arm.Value
}

type memoState uint8

const (
	notEvaluated memoState = iota
	evaluating
	evaluated
)

func (r *reader) fail(at arm.Pos, format string, args ...any) {
	r.diagnostics = append(r.diagnostics, arm.Diagnostic{Pos: at, Message: fmt.Sprintf(format, args...)})
}

// parsedFile is one file taken apart.
type parsedFile struct {
	file        *arm.File
	blocks      []*hclsyntax.Block
	diagnostics []arm.Diagnostic
}

// parsed are the files that are Terraform, each parsed beside the others.
func parsed(files []layout.Written) []parsedFile {
	out := make([]parsedFile, len(files))
	var parsing sync.WaitGroup
	for i, f := range files {
		if strings.HasSuffix(f.Path, ".tf") {
			parsing.Go(func() { out[i] = parse(f) })
		}
	}
	parsing.Wait()
	return out
}

func parse(f layout.Written) parsedFile {
	p := parsedFile{file: arm.NewFile(f.Path, f.Text)}
	switch {
	case len(f.Text) > maxText:
		p.fail(0, fmt.Sprintf("the file is larger than %d bytes", maxText))
		return p
	case isTooDeep(f.Text):
		p.fail(0, fmt.Sprintf("the file is nested more than %d levels deep", maxNesting))
		return p
	}
	tree, problems := hclsyntax.ParseConfig(f.Text, f.Path, hcl.InitialPos)
	for _, problem := range problems {
		at := 0
		if problem.Subject != nil {
			at = problem.Subject.Start.Byte
		}
		p.fail(at, problem.Summary+": "+problem.Detail)
	}
	if tree != nil {
		p.blocks = tree.Body.(*hclsyntax.Body).Blocks
	}
	return p
}

func (p *parsedFile) fail(offset int, message string) {
	p.diagnostics = append(p.diagnostics, arm.Diagnostic{Pos: p.file.At(offset), Message: message})
}

// isTooDeep looks at the words of a file, which are read one after another,
// before it is parsed.
func isTooDeep(text []byte) bool {
	words, _ := hclsyntax.LexConfig(text, "", hcl.InitialPos)
	depth, signs, choices := 0, 0, 0
	for _, w := range words {
		switch w.Type {
		case hclsyntax.TokenOParen, hclsyntax.TokenOBrack, hclsyntax.TokenOBrace, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			depth++
		case hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenCBrace, hclsyntax.TokenTemplateSeqEnd:
			depth--
		case hclsyntax.TokenQuestion:
			choices++
		case hclsyntax.TokenBang, hclsyntax.TokenMinus:
			signs++
			if signs > maxNesting {
				return true
			}
			continue
		}
		signs = 0
		if depth > maxNesting || choices > maxNesting {
			return true
		}
	}
	return false
}

func (r *reader) block(file *arm.File, b *hclsyntax.Block) {
	at := file.At(b.TypeRange.Start.Byte)
	switch kind := b.Type; {
	case kind == "terraform" || kind == "provider" || kind == "output":
	case kind == "locals":
		for _, a := range attributes(b.Body) {
			r.locals[a.Name] = &local{file: file, expr: a.Expr}
		}
	case kind == "variable" && len(b.Labels) == 1:
		r.variables[b.Labels[0]] = &declared{file: file, block: b}
	case kind == "resource" && len(b.Labels) == 2 && isWhole(b):
		r.declare(file, b, b.Labels[0]+"."+b.Labels[1])
	case kind == "resource" && len(b.Labels) == 2 && isPatch(b):
		r.patches = append(r.patches, &declared{file: file, block: b, address: b.Labels[0] + "." + b.Labels[1]})
	case kind == "data" && len(b.Labels) == 2 && b.Labels[0] == "azapi_resource":
		r.declare(file, b, "data.azapi_resource."+b.Labels[1])
	case kind == "data" && len(b.Labels) == 2 && b.Labels[0] == "azapi_client_config":
	default:
		r.diagnostics = append(r.diagnostics, arm.Diagnostic{Severity: arm.Missing, Pos: at,
			Message: strings.TrimSpace(kind+" "+strings.Join(b.Labels, " ")) + " isn't read"})
	}
}

func (r *reader) declare(file *arm.File, b *hclsyntax.Block, address string) {
	if r.resources[address] != nil {
		r.fail(file.At(b.TypeRange.Start.Byte), "%s is declared twice", address)
		return
	}
	d := &declared{file: file, block: b, address: address}
	r.resources[address] = d
	r.order = append(r.order, d)
}

// attributes are those of a body in the order of the file.
func attributes(b *hclsyntax.Body) []*hclsyntax.Attribute {
	var out []*hclsyntax.Attribute
	for _, a := range b.Attributes {
		out = append(out, a)
	}
	slices.SortFunc(out, func(x, y *hclsyntax.Attribute) int { return x.SrcRange.Start.Byte - y.SrcRange.Start.Byte })
	return out
}

func (d *declared) at() arm.Pos { return d.file.At(d.block.TypeRange.Start.Byte) }

func (d *declared) isData() bool { return strings.HasPrefix(d.address, "data.") }
