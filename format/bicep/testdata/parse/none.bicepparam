using none
param a = 1
resource b 'Microsoft.Storage/storageAccounts@2024-01-01' = {}
param c = 2
