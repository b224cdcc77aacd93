package gateway

import "palisade/spec"

// journal writes usage records.
type journal struct{ server *Server }

func openJournal(_ *spec.Spec, s *Server) (*journal, error) { return &journal{s}, nil }

func (j *journal) record(*call)   {}
func (j *journal) failing() error { return nil }
func (j *journal) close() error   { return nil }
