package azure

import (
	"fmt"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

// CloudNames are the clouds that --cloud knows.
var CloudNames = []string{"public", "usgov", "china"}

// configuration is that of a cloud by name.
func configuration(name string) (cloud.Configuration, error) {
	switch name {
	case "", "public":
		return cloud.AzurePublic, nil
	case "usgov":
		return cloud.AzureGovernment, nil
	case "china":
		return cloud.AzureChina, nil
	}
	return cloud.Configuration{}, fmt.Errorf("there is no cloud %q: it is public, usgov or china", name)
}
