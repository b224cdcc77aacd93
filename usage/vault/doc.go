// Package vault asks Azure Key Vault for the key that recorded text is sealed
// to: its public half for the gateway, and the unwrapping of data keys for
// those who may read. The private half never leaves the vault.
package vault
