# Written by a test.

locals {
  subscription = "/subscriptions/11111111-1111-4111-8111-111111111111"
  location     = "swedencentral"
  tags         = { environment = "prod", "cost-center" = "4711" }
}
