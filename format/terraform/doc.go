// Package terraform writes resources as Terraform for the azapi provider, and
// reads back what it wrote: azapi_resource, data sources of azapi, locals and
// variables. It isn't a reader for Terraform at large.
package terraform
