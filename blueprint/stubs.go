package blueprint

func (b *builder) apim()       {}
func (b *builder) redis()      {}
func (b *builder) containers() {}
func (b *builder) cluster()    {}
