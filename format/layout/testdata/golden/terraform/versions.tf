# Written by a test.

terraform {
  required_version = ">= 1.9.0"

  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = "~> 2.5"
    }
  }
}

provider "azapi" {
  subscription_id = "11111111-1111-4111-8111-111111111111"
}
