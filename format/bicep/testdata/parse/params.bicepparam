using './main.bicep' with {
  mode: 'stack'
}
extends 'base.bicepparam'

import { shared } from 'shared.bicep'

var prefix = 'a'
type local = string
param name = '${prefix}-b'
param secret = readEnvironmentVariable('SECRET', 'none')
param list = [
  1
  ...base.list
]
extensionConfig k8s with {
  namespace: 'default'
}
