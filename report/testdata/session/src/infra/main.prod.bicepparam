using 'main.bicep'

param operatorsId = '6f9b1d5e-2c0f-4d57-9f8f-0f6a3c1f7f10'
param publicAccess = 'Disabled'
