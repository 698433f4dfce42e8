package images

import (
	"fmt"
	"os"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/hostfs"
	"muslrun/fs/memfs"
	"muslrun/fs/overlay"
)

// Config says what root to build.
type Config struct {
	// Source is a directory, a tar file or an OCI layout; "" is a bare root.
	Source string
	// ABI is musl's name of the guest's ABI. It chooses among the platforms of an OCI image; "" if it is not known yet.
	ABI string
	// UID, GID and Hostname are the guest user's; they go into /etc. User names the user, "user" if empty.
	UID, GID uint32
	User     string
	Hostname string
	// WriteThrough lets the guest change a directory that is Source. Nothing is added to it then.
	WriteThrough bool
	// KeepIDs shows the owners of a directory's files as they are on the host.
	KeepIDs bool
	// MaxBytes and MaxFiles bound what is in memory: the image's content and what the guest adds. 0 means the defaults.
	MaxBytes, MaxFiles int64
	// NextDev gives out device numbers for st_dev.
	NextDev func() uint64
	// Special opens FIFOs and devices.
	Special fs.SpecialOpener
	// Time is when the files of the skeleton were made.
	Time linux.Timespec
}

// The bounds of a Config that has none.
const (
	DefaultMaxBytes = 4 << 30
	DefaultMaxFiles = 1 << 20
)

// Root is a root file system.
type Root struct {
	Superblock fs.Superblock
	// OCI is what the image says about running it; nil if it is not an OCI image.
	OCI *OCI

	sealed bool // a host directory that is written through
	tree   *tree
}

// Build makes a root file system. Its errors are for the person who gave the source.
func Build(c Config) (*Root, error) {
	c.setDefaults()
	root, err := c.build()
	if err != nil {
		if c.Source == "" {
			return nil, fmt.Errorf("cannot make the root file system: %w", err)
		}
		return nil, fmt.Errorf("cannot use %s as root: %w", c.Source, err)
	}
	return root, nil
}

func (c *Config) setDefaults() {
	if c.MaxBytes <= 0 {
		c.MaxBytes = DefaultMaxBytes
	}
	if c.MaxFiles <= 0 {
		c.MaxFiles = DefaultMaxFiles
	}
	if c.User == "" {
		c.User = "user"
	}
	if c.Hostname == "" {
		c.Hostname = "muslrun"
	}
	if c.NextDev == nil {
		minor := uint32(31)
		c.NextDev = func() uint64 { minor++; return linux.Makedev(0, minor) }
	}
}

func (c *Config) build() (*Root, error) {
	if c.Source == "" {
		r := c.memoryRoot()
		return r, r.tree.addSkeleton(c, true)
	}
	info, err := os.Stat(c.Source)
	if err != nil {
		return nil, err
	}
	if info.IsDir() && !isLayout(c.Source) {
		return c.directoryRoot()
	}
	r := c.memoryRoot()
	l := &loader{tree: r.tree, bytes: c.MaxBytes, files: c.MaxFiles}
	if info.IsDir() {
		r.OCI, err = loadLayout(l, c.Source, c.ABI)
	} else {
		r.OCI, err = loadFile(l, c.Source, c.ABI)
	}
	if err != nil {
		return nil, err
	}
	return r, r.tree.addSkeleton(c, false)
}

// memory makes an empty file system in memory.
func (c *Config) memory() *memfs.FS {
	return memfs.New(memfs.Options{
		Dev: c.NextDev(), MaxBytes: c.MaxBytes, MaxFiles: c.MaxFiles, Mode: 0o755, Time: c.Time, Special: c.Special,
	})
}

func (c *Config) memoryRoot() *Root {
	sb := c.memory()
	return &Root{Superblock: sb, tree: newTree(sb, c.Time)}
}

// directoryRoot shares a directory of the host.
func (c *Config) directoryRoot() (*Root, error) {
	host, err := hostfs.New(c.Source, hostfs.Options{
		ReadOnly: !c.WriteThrough, Dev: c.NextDev(), UID: c.UID, GID: c.GID, KeepIDs: c.KeepIDs, Special: c.Special,
	})
	if err != nil {
		return nil, err
	}
	if c.WriteThrough {
		return &Root{Superblock: host, sealed: true, tree: newTree(host, c.Time)}, nil
	}
	sb, err := overlay.New(host, c.memory(), c.NextDev())
	if err != nil {
		return nil, err
	}
	r := &Root{Superblock: sb, tree: newTree(sb, c.Time)}
	return r, r.tree.addSkeleton(c, false)
}
