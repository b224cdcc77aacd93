targetScope = 'subscription'

metadata description = 'all kinds of declarations'

extension microsoftGraphV1
extension kubernetes with {
  namespace: 'default'
  kubeConfig: config
} as k8s
extension 'br:mcr.microsoft.com/bicep/extensions/x:1.0' as x
import 'az@1.0.0' as az

import { a, b as c, 'd-e' as f } from 'shared.bicep'
import * as shared from 'shared.bicep'
import {
  g
  h
} from 'br/public:avm/utl/types:0.1.0'

@description('where')
@sys.allowed([
  'northeurope'
  'westeurope'
])
param location string = 'northeurope'

@secure()
param password string
param count int?

#disable-next-line no-unused-vars
var one = 1 // a comment
var typed string[] = /* another */ ['a']
#disable-diagnostics no-unused-vars
#restore-diagnostics no-unused-vars

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' existing = {
  name: 'rg'
}

resource account 'Microsoft.CognitiveServices/accounts@2024-10-01' = if (one == 1) {
  name: 'a'
  location: location
  resource: 'a property of that name'

  resource deployment 'deployments' = {
    name: 'gpt'

    @batchSize(1)
    resource deeper 'deeper' = [for i in range(0, 2): {
      name: '${i}'
    }]
  }
}

@batchSize(2)
resource many 'Microsoft.Storage/storageAccounts@2024-01-01' = [for (name, i) in names: if (i > 0) {
  name: name
}]

module net './net.bicep' = {
  name: 'net'
  scope: group
  params: { location: location }
}

module registry 'br/public:avm/res/network/virtual-network:0.5.1' =
  if (true) {
    name: 'r'
  }

module spec 'ts:00000000-0000-0000-0000-000000000000/rg/spec:v1' = [for n in names: {
  name: n
}]

func add(a int, b int) int => a + b
func lines(
  a string,
  b string
) string =>
  '${a}${b}'

@export()
type size = 'small' | 'large'

assert positive = one > 0
test mine 'net.bicep' = {
  params: {}
}

output id string = account.id
output res resource = account
output group resource 'Microsoft.Resources/resourceGroups@2024-03-01' = group
