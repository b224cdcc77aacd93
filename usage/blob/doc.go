// Package blob ships a usage log to a container of Azure Blob: each segment is
// an append blob of the same name and the same bytes, below a folder with the
// log's name. Only bytes that are sure to stay in the file are shipped, in
// order, so that the container always holds the begin of the log.
//
// The length of a blob is how much is shipped: a restart goes on from there, and
// each block is appended only where the one before ended. Append blobs grow in
// containers with an immutability policy that allows protected append writes.
package blob
