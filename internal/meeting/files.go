package meeting

import (
	"slices"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting/rules"
)

// FileKey names the bytes of a file, which others keep: random, and never told to clients.
type FileKey string

// files are those of a meeting. The bytes are elsewhere, see Files.
type files struct {
	all  []*file
	size int64
}

// file is one that somebody sends or has sent.
type file struct {
	SharedFile
	key   FileKey
	asked time.Time
	there bool // its bytes are
	notes []*note
}

// uploadTime is how long the bytes of a file may take to come.
const uploadTime = 5 * time.Minute

func (f *files) empty() bool { return len(f.all) == 0 }

func (f *files) find(from id.Identity, ref string) *file {
	return f.first(func(x *file) bool { return x.ID == ref && x.From == from })
}

func (f *files) first(is func(*file) bool) *file {
	if i := slices.IndexFunc(f.all, is); i >= 0 {
		return f.all[i]
	}
	return nil
}

// list gives the files that are there; never nil.
func (f *files) list(gets func(*file) bool) []SharedFile {
	list := []SharedFile{}
	for _, x := range f.all {
		if x.there && gets(x) {
			list = append(list, x.SharedFile)
		}
	}
	return list
}

// delete takes a file away, also for those who have missed what told of it.
func (f *files) delete(x *file) {
	f.size -= x.Size
	f.all = slices.DeleteFunc(f.all, func(other *file) bool { return other == x })
	for _, n := range x.notes {
		n.event = Deleted{ID: x.ID, From: x.From}
	}
}

func (f *files) forgetAll() []FileKey {
	var keys []FileKey
	for _, x := range slices.Clone(f.all) {
		keys = append(keys, x.key)
		f.delete(x)
		for _, n := range x.notes {
			n.event = nil
		}
	}
	return keys
}

// expire forgets files whose bytes never came. Those who keep the bytes forget them by themselves.
func (f *files) expire(now time.Time) {
	for _, x := range slices.Clone(f.all) {
		if !x.there && now.Sub(x.asked) >= uploadTime {
			f.delete(x)
		}
	}
}

// sendFile has the bytes of a file taken, if there is room for it.
func (s *State) sendFile(p *person, conn ConnID, r SendFileRequest, key FileKey) Code {
	code := s.addressable(p, r.To, rules.SendFile)
	switch {
	case s.condition.Held:
		return CodeNotAllowed
	case code != "":
		return code
	case r.Size > int64(s.settings.FileSize)<<20:
		return CodeFileTooLarge
	case len(s.files.all) >= MaxFiles || s.files.size+r.Size > MaxAllFiles:
		return CodeFilesFull
	case s.files.find(p.identity, r.ID) != nil:
		return CodeNotAllowed
	}
	f := &file{key: key, asked: s.now, SharedFile: SharedFile{
		ID: r.ID, From: p.identity, To: r.To, Hosts: r.To == "" && s.asksHosts(p, rules.SendFile),
		KeyID: r.KeyID, Name: r.Name, Size: r.Size,
	}}
	s.files.all = append(s.files.all, f)
	s.files.size += f.Size
	s.do(ExpectFile{Conn: conn, Ref: r.ID, For: p.identity, Key: key, Size: r.Size})
	return ""
}

// giveUp forgets what somebody was going to send who is not in any more.
func (f *files) giveUp(from id.Identity) {
	for _, x := range slices.Clone(f.all) {
		if x.From == from && !x.there {
			f.delete(x)
		}
	}
}

// uploaded tells of a file whose bytes have come. If it was deleted meanwhile, they are dropped.
func (s *State) uploaded(c Uploaded) {
	f := s.files.first(func(x *file) bool { return x.key == c.Key })
	if f == nil {
		s.do(DropFiles{Keys: []FileKey{c.Key}})
		return
	}
	f.there, f.At = true, s.now.UnixMilli()
	f.notes = append(f.notes, s.tell(File(f.SharedFile), func(to *person) bool { return s.gets(to, f) }))
}

// unexpected forgets a file for which there is no room.
func (s *State) unexpected(c Unexpected) {
	if f := s.files.first(func(x *file) bool { return x.key == c.Key }); f != nil {
		s.files.delete(f)
	}
}

// gets tells whether somebody may have a file.
func (s *State) gets(p *person, f *file) bool {
	return p.lead().identity == f.From || s.isFor(p, f.To, f.Hosts)
}

// getFile has the bytes of a file given.
func (s *State) getFile(p *person, conn ConnID, r GetFileRequest) Code {
	f := s.files.find(r.From, r.ID)
	if f == nil || !f.there || !s.gets(p, f) {
		return CodeMessageUnknown
	}
	s.do(OfferFile{Conn: conn, File: r, For: p.identity, Key: f.key, Size: f.Size})
	return ""
}
