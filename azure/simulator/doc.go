// Package simulator is a stand-in for Azure Resource Manager, for tests: a TLS
// server that keeps resources in memory and behaves as the facts about Azure
// say, with its races, conflicts and asynchronous operations. Templates are
// evaluated with the program's own evaluator.
//
// Time is virtual: it moves with each request and when a client sleeps on the
// simulator's clock. The same seed and the same requests give the same answers.
// No part of the program imports it.
package simulator
