package arch

// Structs holds an ABI's compiled structure layouts.
type Structs struct{}
