package guest

import (
	"fmt"

	"muslrun/arch"
	"muslrun/emu"
	"muslrun/emu/native"
)

// engines are those that this muslrun was built with, in the order of preference.
var engines = append(append([]emu.Engine{native.New()}, references...), native.NewInterpreter())

// EngineNames are the engines that this muslrun was built with.
func EngineNames() []string {
	var names []string
	for _, e := range engines {
		names = append(names, e.Name())
	}
	return names
}

// Support gives the name of the first engine that runs programs of an ABI, or an error that says why none does.
func Support(abi *arch.ABI) (string, error) {
	e, err := (&Config{EngineName: "auto"}).engine(abi)
	if err != nil {
		return "", err
	}
	return e.Name(), nil
}

// engine chooses the engine for an ABI.
func (c *Config) engine(abi *arch.ABI) (emu.Engine, error) {
	var why error
	for _, e := range engines {
		if c.EngineName != "auto" && c.EngineName != e.Name() {
			continue
		}
		if why = e.Support(abi); why == nil {
			return e, nil
		}
	}
	if why == nil {
		return nil, fmt.Errorf("there is no engine %q in this muslrun; it has %v", c.EngineName, EngineNames())
	}
	return nil, fmt.Errorf("no engine runs %s programs: %w", abi, why)
}
