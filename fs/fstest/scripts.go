package fstest

// scripts are what Linux does. A test runs them on the host too.
var scripts = []script{
	{"create", `
		open f a rd 0644 = ENOENT
		open f a wr,creat,excl 0666 = ok
		stat a = reg 0644 links=1 0:0 size=0 rdev=0
		open f a wr,creat,excl 0666 = EEXIST
		open f a/ rd 0 = ENOTDIR
		open f b/ rd,creat 0644 = EISDIR
		open f . rd,creat 0644 = EISDIR
		open f . rd,creat,excl 0644 = EEXIST
		open f a/b rd,creat 0644 = ENOTDIR
		open f c/b rd,creat 0644 = ENOENT
		open f '' rd,creat 0644 = ENOENT
		open f long:255 wr,creat 0644 = ok
		open f long:256 wr,creat 0644 = ENAMETOOLONG
		open f long:4096 rd 0 = ENAMETOOLONG
		open f x creat,dir 0644 = EINVAL
		umask 077 = ok
		open f m wr,creat 0777 = ok
		lstat m = reg 0700 links=1 0:0 size=0 rdev=0
		umask 022 = ok
		unlink long:255 = ok
		ls . = . .. a m
	`},
	{"create-through-links", `
		symlink b a = ok
		open f a wr,creat 0644 = ok       # a dangling link: the file appears at its end
		write f hi = 2
		lstat b = reg 0644 links=1 0:0 size=2 rdev=0
		unlink b = ok
		open f a wr,creat,excl 0644 = EEXIST
		open f a wr,creat,nofollow 0644 = ELOOP
		open f a rd,nofollow 0 = ELOOP
		open f a rd,nofollow,dir 0 = ENOTDIR
		open f a path,nofollow 0 = ok
		fstat f = lnk 0777 links=1 0:0 size=1 rdev=0
		symlink no/such c = ok
		open f c wr,creat 0644 = ENOENT
		symlink d/ e = ok
		open f e wr,creat 0644 = EISDIR
		symlink self self = ok
		open f self rd 0 = ELOOP
		stat self/x = ELOOP
		lstat self = lnk 0777 links=1 0:0 size=4 rdev=0
		symlink '' g = ENOENT
		symlink x a = EEXIST
		symlink x h/ = ENOENT
		readlink a = b
		readlink nothing = ENOENT
		mkdir dir 0755 = ok
		readlink dir = EINVAL
	`},
	{"link-chains", `
		mkdir d 0755 = ok
		open f d/x wr,creat 0644 = ok
		symlink d l1 = ok
		symlink l1/ l2 = ok
		symlink ./l2 l3 = ok
		stat l3/x = reg 0644 links=1 0:0 size=0 rdev=0
		stat l3/../d/x = reg 0644 links=1 0:0 size=0 rdev=0
		lstat l3/ = dir 0755 links=2 0:0 size=0 rdev=0
		symlink d/x l4 = ok
		stat l4/ = ENOTDIR
		open f l4/ rd 0 = ENOTDIR
		rmdir l1 = ENOTDIR
		rmdir l1/ = ENOTDIR
		unlink l1/ = ENOTDIR
		unlink l1 = ok
		stat l3/x = ENOENT
	`},
	{"access-modes", `
		open f a rdwr,creat 0644 = ok
		write f hello = 5
		read f 9 = ""
		pread f 9 0 = "hello"
		pread f 9 -1 = EINVAL
		open g a wr 0 = ok
		read g 1 = EBADF
		pread g 1 0 = EBADF
		open g a rd 0 = ok
		write g x = EBADF
		pwrite g x 0 = EBADF
		ftruncate g 0 = EINVAL
		fallocate g 0 0 1 = EBADF
		open g a acc3 0 = ok
		read g 1 = EBADF
		write g x = EBADF
		open g a path 0 = ok
		read g 1 = EBADF
		write g 1 = EBADF
		seek g 0 set = EBADF
		ftruncate g 0 = EBADF
		fchmod g 0600 = EBADF
		getdents g = EBADF
		fstat g = reg 0644 links=1 0:0 size=5 rdev=0
		open g . wr 0 = EISDIR
		open g . rdwr 0 = EISDIR
		open g . rd,trunc 0 = EISDIR
		open g . rd 0 = ok
		read g 1 = EISDIR
		pread g 1 0 = EISDIR
		write g x = EBADF
		getdents f = ENOTDIR
		open g a rd,dir 0 = ENOTDIR
		open g a rd,trunc 0 = ok
		stat a = reg 0644 links=1 0:0 size=0 rdev=0
	`},
	{"offsets", `
		open f a rdwr,creat 0644 = ok
		write f abcdef = 6
		seek f 0 cur = 6
		seek f -2 cur = 4
		read f 9 = "ef"
		seek f -7 end = EINVAL
		seek f -1 set = EINVAL
		seek f 2 bad = EINVAL
		seek f 10 end = 16
		read f 1 = ""
		write f z = 1
		stat a = reg 0644 links=1 0:0 size=17 rdev=0
		seek f 9223372036854775807 set = 9223372036854775807
		seek f 1 cur = EINVAL
		write f x = EINVAL
		pwrite f x -1 = EINVAL
		pwrite f q 2 = 1
		pread f 4 0 = "abqd"
		open g a wr,append 0 = ok
		seek g 0 set = 0
		write g END = 3
		seek g 0 cur = 20
		pwrite g !! 0 = 2                 # appends all the same
		pread f 9 17 = "END!!"
		pread f 2 0 = "ab"
	`},
	{"holes", `
		open f a rdwr,creat 0644 = ok
		pwrite f x 10000 = 1
		blocks a = 8
		cat a = 10001 bytes d87da3c7
		seek f 0 data = 8192
		seek f 0 hole = 0
		seek f 9000 hole = 10001
		seek f 10001 data = ENXIO
		seek f 10001 hole = ENXIO
		seek f -1 data = ENXIO
		ftruncate f 20000 = ok
		seek f 9000 hole = 12288
		seek f 12288 data = ENXIO
		ftruncate f 5 = ok
		blocks a = 0
		ftruncate f 9000 = ok
		pread f 4 8999 = 1 bytes 050c5d1f
		ftruncate f -1 = EINVAL
		truncate a -1 = EINVAL
		truncate . 0 = EISDIR
		truncate b 0 = ENOENT
		truncate a 3 = ok
		ftruncate f 1099511627776 = ok
		blocks a = 0
		pwrite f y 1099511627775 = 1
		pread f 2 1099511627775 = "y"
		blocks a = 8
	`},
	{"truncation-clears", `
		open f a rdwr,creat 0644 = ok
		fill f 6000 = 6000
		ftruncate f 100 = ok
		ftruncate f 6000 = ok
		pread f 10 95 = 10 bytes 06481cad
		pread f 1 5999 = 1 bytes 050c5d1f
	`},
	{"fallocate", `
		open f a rdwr,creat 0644 = ok
		fallocate f 0 0 5000 = ok
		stat a = reg 0644 links=1 0:0 size=5000 rdev=0
		blocks a = 16
		seek f 0 data = ENXIO
		fallocate f keep 8192 4096 = ok
		stat a = reg 0644 links=1 0:0 size=5000 rdev=0
		blocks a = 24
		pfill f 16384 0 = 16384
		fallocate f keep,punch 100 8092 = ok
		blocks a = 24
		seek f 0 hole = 4096
		cat a = 16384 bytes 6921010a
		fallocate f punch 0 1 = EOPNOTSUPP
		fallocate f 0 0 0 = EINVAL
		fallocate f 0 -1 5 = EINVAL
		fallocate f bad 0 1 = EOPNOTSUPP
		fallocate f 0 9223372036854775807 9 = EFBIG
		open d . rd 0 = ok
		fallocate d 0 0 1 = EBADF
	`},
	{"directories", `
		mkdir d 0777 = ok
		stat d = dir 0755 links=2 0:0 size=0 rdev=0
		mkdir d 0777 = EEXIST
		mkdir d/ 0777 = EEXIST
		mkdir e/ 0777 = ok
		mkdir d/e/f 0777 = ENOENT
		mkdir . 0777 = EEXIST
		mkdir .. 0777 = EEXIST
		mkdir / 0777 = EEXIST
		mkdir '' 0777 = ENOENT
		mkdir d/s 0777 = ok
		stat d = dir 0755 links=3 0:0 size=0 rdev=0
		open f d/x wr,creat 0644 = ok
		mkdir d/x/y 0777 = ENOTDIR
		rmdir d = ENOTEMPTY
		rmdir d/x = ENOTDIR
		rmdir d/. = EINVAL
		rmdir d/.. = ENOTEMPTY
		rmdir / = EBUSY
		unlink d = EISDIR
		unlink d/ = EISDIR
		unlink d/. = EISDIR
		unlink nothing/ = ENOENT
		unlink d/x/ = ENOTDIR
		unlink d/x = ok
		rmdir d/s/ = ok
		stat d = dir 0755 links=2 0:0 size=0 rdev=0
		open f d rd,dir 0 = ok
		rmdir d = ok
		fstat f = dir 0755 links=0 0:0 size=0 rdev=0
		getdents f = ENOENT
		rmdir d = ENOENT
		ls . = . .. e
	`},
	{"empty-while-listing", `
		mkdir d 0755 = ok
		open f d/a wr,creat 0644 = ok
		open f d/b wr,creat 0644 = ok
		open f d/c wr,creat 0644 = ok
		open f d/e wr,creat 0644 = ok
		open f d/f wr,creat 0644 = ok
		open g d rd,dir 0 = ok
		empty g d = 5
		ls d = . ..
	`},
	{"links", `
		open f a rdwr,creat 0644 = ok
		link a b = ok
		stat b = reg 0644 links=2 0:0 size=0 rdev=0
		write f text = 4
		cat b = "text"
		link a b = EEXIST
		link a c/ = ENOENT
		link nothing c = ENOENT
		mkdir d 0755 = ok
		link d e = EPERM
		link a d/a = ok
		unlink a = ok
		fstat f = reg 0644 links=2 0:0 size=4 rdev=0
		unlink b = ok
		unlink d/a = ok
		fstat f = reg 0644 links=0 0:0 size=4 rdev=0
		pread f 9 0 = "text"
		symlink target l = ok
		link l m = ok
		lstat m = lnk 0777 links=2 0:0 size=6 rdev=0
		linkfollow l n = ENOENT
		open f target wr,creat 0644 = ok
		linkfollow l n = ok
		lstat n = reg 0644 links=2 0:0 size=0 rdev=0
	`},
	{"rename-files", `
		open f a wr,creat 0644 = ok
		write f aa = 2
		rename a b = ok
		cat b = "aa"
		lstat a = ENOENT
		rename a b = ENOENT
		rename b b = ok
		link b c = ok
		rename b c = ok                   # two names of one file: nothing happens
		ls . = . .. b c
		open f d wr,creat 0644 = ok
		write f dd = 2
		rename d b = ok
		cat b = "dd"
		fstat f = reg 0644 links=1 0:0 size=2 rdev=0
		stat c = reg 0644 links=1 0:0 size=2 rdev=0
		rename b/ x = ENOTDIR
		rename b x/ = ENOTDIR
		rename . x = EBUSY
		rename b .. = EBUSY
		rename b x/y = ENOENT
		rename b c/y = ENOTDIR
		rename b c bad = EINVAL
		rename b c noreplace = EEXIST
		rename b c noreplace,exchange = EINVAL
		rename b x exchange = ENOENT
		rename b c exchange = ok
		cat b = "aa"
		cat c = "dd"
		rename b x noreplace = ok
		ls . = . .. c x
	`},
	{"rename-directories", `
		mkdir a 0755 = ok
		mkdir a/b 0755 = ok
		mkdir a/b/c 0755 = ok
		rename a a/b/d = EINVAL
		rename a a/b = EINVAL
		rename a/b/c a = ENOTEMPTY
		rename a/b/c a exchange = EINVAL
		open f x wr,creat 0644 = ok
		rename a x = ENOTDIR
		rename x a = EISDIR
		mkdir e 0755 = ok
		rename a/b e = ok
		stat a = dir 0755 links=2 0:0 size=0 rdev=0
		stat e = dir 0755 links=3 0:0 size=0 rdev=0
		rename a e = ENOTEMPTY
		rename e a = ok
		ls a = . .. c
		stat a/c/../../a/c = dir 0755 links=2 0:0 size=0 rdev=0
		rename a/c/ n/ = ok
		stat a = dir 0755 links=2 0:0 size=0 rdev=0
		rename n x exchange = ok
		stat x = dir 0755 links=2 0:0 size=0 rdev=0
		stat n = reg 0644 links=1 0:0 size=0 rdev=0
		rename a/.. b = EBUSY
	`},
	{"tmpfile", `
		open f . rdwr,tmpfile 0644 = ok
		fstat f = reg 0644 links=0 0:0 size=0 rdev=0
		write f hi = 2
		pread f 9 0 = "hi"
		ls . = . ..
		open g . rd,tmpfile 0644 = EINVAL
		open g . rdwr,tmpbit 0644 = EINVAL
		open g x rdwr,tmpfile 0644 = ENOENT
		open h x wr,creat 0644 = ok
		open g x rdwr,tmpfile 0644 = ENOTDIR
	`},
	{"nodes", `
		mknod a reg 0640 = ok
		lstat a = reg 0640 links=1 0:0 size=0 rdev=0
		mknod a reg 0640 = EEXIST
		mknod n none 0600 = ok
		lstat n = reg 0600 links=1 0:0 size=0 rdev=0
		mknod p fifo 0644 = ok
		lstat p = fifo 0644 links=1 0:0 size=0 rdev=0
		mknod s sock 0644 = ok
		open f s rd 0 = ENXIO
		open f s path 0 = ok
		mknod d dir 0755 = EPERM
		mknod l lnk 0755 = EINVAL
		mknod x/ reg 0644 = ENOENT
		truncate s 0 = EINVAL
		truncate p 0 = EINVAL
	`},
	{"devices", `
		mknod c chr 0600 259 = ok
		lstat c = chr 0600 links=1 0:0 size=0 rdev=259
		mknod b blk 0600 2049 = ok
		lstat b = blk 0600 links=1 0:0 size=0 rdev=2049
		as 1000 1000 = ok
		mknod e chr 0600 259 = EPERM
		mknod c chr 0600 259 = EEXIST
	`},
}
