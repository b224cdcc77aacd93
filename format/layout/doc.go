// Package layout arranges resources for writing: which file each goes to, by
// what symbol it is called there, what it refers to, and what must come first.
// The writers of ARM JSON, Bicep and Terraform spell the same layout, so all
// say the same.
package layout
