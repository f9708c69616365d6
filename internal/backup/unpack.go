package backup

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Bounds on what is read of an archive before its sums are known to be right.
const (
	mostManifest = 8 << 20
	mostFiles    = 100_000
)

// unpack puts the files of an archive into an empty folder, and fails unless each is as the manifest says.
func unpack(from io.Reader, into string) (Manifest, error) {
	var m Manifest
	plain, err := gzip.NewReader(from)
	if err != nil {
		return m, noBackup(err)
	}
	archive := tar.NewReader(plain)
	if m, err = readManifest(archive); err != nil {
		return m, err
	}
	for _, f := range m.Files {
		if err := unpackFile(archive, f, into); err != nil {
			return m, err
		}
	}
	if _, err := archive.Next(); !errors.Is(err, io.EOF) {
		return m, noBackup(errors.New("there is more in it than its list says"))
	}
	if _, err := io.Copy(io.Discard, plain); err != nil { // the sum of the whole
		return m, noBackup(err)
	}
	return m, nil
}

func readManifest(archive *tar.Reader) (m Manifest, err error) {
	if err := next(archive, manifestName); err != nil {
		return m, err
	}
	if err := json.NewDecoder(io.LimitReader(archive, mostManifest)).Decode(&m); err != nil {
		return m, noBackup(err)
	}
	if m.Format > format {
		return m, fmt.Errorf("it was made by a newer Konklave (%s)", m.Program)
	}
	if m.Format < 1 || len(m.Files) > mostFiles {
		return m, noBackup(errors.New("its list is wrong"))
	}
	return m, nil
}

// next goes to the next file, which must have this name.
func next(archive *tar.Reader, name string) error {
	h, err := archive.Next()
	if err != nil {
		return noBackup(err)
	}
	if h.Typeflag != tar.TypeReg || h.Name != "konklave-backup/"+name {
		return noBackup(fmt.Errorf("%s is missing", name))
	}
	return nil
}

func unpackFile(archive *tar.Reader, f File, into string) error {
	first, _, _ := strings.Cut(f.Name, "/")
	if !filepath.IsLocal(f.Name) || filepath.Clean(f.Name) != f.Name || stays(first) || f.Size < 0 {
		return noBackup(errors.New("a name in it leads out of the data directory"))
	}
	if err := next(archive, f.Name); err != nil {
		return err
	}
	at := filepath.Join(into, filepath.FromSlash(f.Name))
	if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(at, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(file, sum), io.LimitReader(faulty{archive}, f.Size+1))
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if size != f.Size || hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return noBackup(fmt.Errorf("%s is not as it was", f.Name))
	}
	return nil
}

// faulty tells errors of the archive from those of the disk that it is unpacked to.
type faulty struct{ r io.Reader }

func (f faulty) Read(b []byte) (int, error) {
	n, err := f.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = noBackup(err)
	}
	return n, err
}
