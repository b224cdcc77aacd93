package blueprint

// group makes the resource group.
func (b *builder) group() {
	b.partAt(b.subscriptionID(), "group", "Resource group",
		"One resource group holds the deployment, so that access, locks and budget have one scope.")
	b.put(b.at("resourceGroup"), b.groupID(), b.home(), nil)
}

// lock makes the lock on the resource group.
func (b *builder) lock() {
	if !b.spec.Policy.Lock {
		return
	}
	at := b.at("policy", "lock")
	b.part("lock", "Lock", "A lock keeps everything from being deleted by mistake.")
	b.put(at, b.id(lockType, "palisade"), "", nil, at.props(
		at.is("level", "CanNotDelete"),
		at.is("notes", "Made from palisade.yaml: take the lock away before deleting anything.")))
}
