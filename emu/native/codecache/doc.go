// Package codecache keeps records of generated code in files, so that a program which ran before need not be translated again.
//
// It knows nothing of what is in a record: whoever keeps one finds it again by a hash, and decides whether it fits. A file
// belongs to one build of muslrun and one kind of code (its key), and has a page of header, an index of slots, and records:
//
//	header   magic, the end of the records, their number, the key
//	slot     0, or the upper half of a hash << 32 | the record's offset / 16; by the hash, then the next free one
//	record   length, checksum, data
//
// Whoever can write such a file can have muslrun execute what he likes, as with any program file of the user. So files and
// their folder belong to the user and nobody else can write or read them; otherwise there is no cache. Damage is found by
// the checksum. Records are appended under a lock and never changed, and a file is replaced but never cut, so that those who
// have it mapped need not lock anything. Nothing here is ever waited for: who finds the file locked keeps what he has made
// to himself.
package codecache
