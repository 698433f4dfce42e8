package images

import (
	"embed"
	"fmt"
	"strconv"
	"strings"

	"muslrun/arch/linux"
)

//go:embed skeleton
var skeleton embed.FS

// addSkeleton makes the files of the table that are not there yet. bare says that there is no other root: else the root gets
// only what a guest cannot do without.
func (t *tree) addSkeleton(c *Config, bare bool) error {
	table, err := skeleton.ReadFile("skeleton/tree.tsv")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(table)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(row) != 6 {
			return fmt.Errorf("skeleton/tree.tsv: a line of %d columns: %q", len(row), line)
		}
		if row[0] == "bare" && !bare {
			continue
		}
		if err := t.addRow(c, row); err != nil {
			return err
		}
	}
	return nil
}

// addRow makes one file: need, type, mode, owner, path, target.
func (t *tree) addRow(c *Config, row []string) error {
	if strings.Contains(row[4], "@USER@") && !c.ownUser() {
		return nil
	}
	e, err := c.skeletonEntry(row)
	if err != nil || t.exists(e.name) {
		return err
	}
	_, err = t.put(e)
	return err
}

func (c *Config) skeletonEntry(row []string) (*entry, error) {
	perm, err := strconv.ParseUint(row[2], 8, 12)
	if err != nil {
		return nil, fmt.Errorf("skeleton/tree.tsv: %w", err)
	}
	kinds := map[string]uint32{"d": linux.S_IFDIR, "f": linux.S_IFREG, "l": linux.S_IFLNK}
	e := &entry{name: c.fillIn(row[4][1:]), mode: kinds[row[1]] | uint32(perm), mtime: c.Time, target: row[5]}
	if row[3] == "user" {
		e.uid, e.gid = c.UID, c.GID
	}
	if row[1] != "f" {
		return e, nil
	}
	content, err := skeleton.ReadFile("skeleton" + row[4])
	if err != nil {
		return nil, err
	}
	text := c.content(row[4], string(content))
	e.size, e.body = int64(len(text)), strings.NewReader(text)
	return e, nil
}

// content fills in a file of the skeleton. The lines of the guest's own user are left out where that is root or nobody, who
// have theirs.
func (c *Config) content(name, text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	own := c.ownUser()
	if name == "/etc/group" {
		own = c.ownGroup()
	}
	var out strings.Builder
	for line := range strings.Lines(text) {
		if own || !strings.Contains(line, "@USER@") {
			out.WriteString(c.fillIn(line))
		}
	}
	return out.String()
}

// fillIn replaces the names in a text of the skeleton by what they stand for.
func (c *Config) fillIn(text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	return strings.NewReplacer(
		"@USER@", c.User, "@HOSTNAME@", c.Hostname,
		"@UID@", strconv.FormatUint(uint64(c.UID), 10), "@GID@", strconv.FormatUint(uint64(c.GID), 10),
	).Replace(text)
}

// ownUser reports whether the guest's user is neither root nor nobody.
func (c *Config) ownUser() bool { return c.UID != 0 && c.UID != 65534 }

// ownGroup reports whether the guest's group is none of the skeleton's.
func (c *Config) ownGroup() bool { return c.GID != 0 && c.GID != 5 && c.GID != 65534 }
