package fstest

// ownerScripts are about owners, permissions, times and extended attributes.
var ownerScripts = []script{
	{"permissions", `
		mkdir d 0700 = ok
		open f d/a wr,creat 0600 = ok
		open f b wr,creat 0640 = ok
		as 1000 1000 = ok
		open g d/a rd 0 = EACCES
		stat d/a = EACCES
		stat d = dir 0700 links=2 0:0 size=0 rdev=0
		stat d/. = EACCES
		ls d = EACCES
		open g b rd 0 = EACCES
		chmod b 0666 = EPERM
		chown b 1000 1000 = EPERM
		chown b -1 -1 = ok
		truncate b 0 = EACCES
		utimes b = EACCES
		utimes b 1 2 = EPERM
		unlink d/a = EACCES
		mkdir d/x 0755 = EACCES
		open g b rd,noatime 0 = EACCES
		as 0 0 = ok
		chmod b 0666 = ok
		as 1000 1000 = ok
		open g b rd,noatime 0 = EPERM
		utimes b = ok
		utimes b 1 2 = EPERM
		utimes b now omit = EPERM
		utimes b omit omit = ok
		utimes b now now = ok
		as 0 0 = ok
		chmod d 0711 = ok
		chmod d/a 0644 = ok
		as 1000 1000 = ok
		cat d/a = ""
		ls d = EACCES
		as 1001 1001 1002 = ok
		access b rw = ok
		access b x = EACCES
		access d r = EACCES
		access d x = ok
		access nothing f = ENOENT
		as 0 0 = ok
		access b rw = ok
		access b x = EACCES
		access d rwx = ok
	`},
	{"groups", `
		open f a wr,creat 0060 = ok
		chown a 1000 1001 = ok
		chmod a 0060 = ok
		as 1000 5 = ok
		open g a rd 0 = EACCES            # the owner's bits count, though others are wider
		as 5 1001 = ok
		open g a rdwr 0 = ok
		as 5 5 1001 = ok
		open g a rdwr 0 = ok
		as 5 5 = ok
		open g a rd 0 = EACCES
		chmod a 0666 = EPERM
	`},
	{"sticky", `
		mkdir t 0777 = ok
		chmod t 01777 = ok
		as 1000 1000 = ok
		open f t/mine wr,creat 0666 = ok
		as 1001 1001 = ok
		unlink t/mine = EPERM
		rename t/mine t/yours = EPERM
		open f t/other wr,creat 0644 = ok
		rename t/other t/mine = EPERM
		rename t/other t/mine exchange = EPERM
		as 1000 1000 = ok
		unlink t/mine = ok
		as 0 0 = ok
		unlink t/other = ok
	`},
	{"chown", `
		open f a wr,creat 0644 = ok
		chown a 1000 1000 = ok
		chmod a 06755 = ok
		as 1000 1000 1002 = ok
		chown a 1001 -1 = EPERM
		chown a -1 1001 = EPERM
		chown a -1 1002 = ok
		stat a = reg 0755 links=1 1000:1002 size=0 rdev=0
		chown a 1000 1000 = ok
		as 0 0 = ok
		chmod a 06745 = ok
		chown a 0 0 = ok                  # set-group-id without group execute is no privilege
		stat a = reg 2745 links=1 0:0 size=0 rdev=0
		symlink a l = ok
		lchown l 7 8 = ok
		lstat l = lnk 0777 links=1 7:8 size=1 rdev=0
		chown l 9 -1 = ok
		stat a = reg 2745 links=1 9:0 size=0 rdev=0
		mkdir d 0755 = ok
		chmod d 06755 = ok
		chown d 5 5 = ok
		stat d = dir 6755 links=2 5:5 size=0 rdev=0
	`},
	{"chmod", `
		open f a wr,creat 0644 = ok
		chown a 1000 1001 = ok
		as 1000 1000 = ok
		chmod a 02755 = ok                # not in the group: the bit does not stay
		stat a = reg 0755 links=1 1000:1001 size=0 rdev=0
		as 1000 1000 1001 = ok
		chmod a 02755 = ok
		stat a = reg 2755 links=1 1000:1001 size=0 rdev=0
		chmod nothing 0 = ENOENT
		fchmod f 0600 = ok
		stat a = reg 0600 links=1 1000:1001 size=0 rdev=0
	`},
	{"writing-strips-as-user", `
		open f a rdwr,creat 0777 = ok
		chmod a 06777 = ok
		write f x = 1
		stat a = reg 6777 links=1 0:0 size=1 rdev=0
		as 1000 1000 = ok
		open g a rdwr 0 = ok
		write g y = 1
		stat a = reg 0777 links=1 0:0 size=1 rdev=0
		as 0 0 = ok
		chmod a 06767 = ok
		as 1000 0 = ok
		write g y = 1
		stat a = reg 2767 links=1 0:0 size=2 rdev=0
		as 1000 1000 = ok
		write g y = 1
		stat a = reg 0767 links=1 0:0 size=3 rdev=0
		as 0 0 = ok
		chmod a 06777 = ok
		as 1000 1000 = ok
		truncate a 0 = ok
		stat a = reg 0777 links=1 0:0 size=0 rdev=0
	`},
	{"setgid-directories", `
		mkdir d 0777 = ok
		chown d 0 1001 = ok
		chmod d 02777 = ok
		as 1000 1000 = ok
		open f d/a wr,creat 0644 = ok
		stat d/a = reg 0644 links=1 1000:1001 size=0 rdev=0
		mkdir d/s 0755 = ok
		stat d/s = dir 2755 links=2 1000:1001 size=0 rdev=0
		open f d/b wr,creat 02755 = ok
		stat d/b = reg 0755 links=1 1000:1001 size=0 rdev=0
		symlink x d/l = ok
		lstat d/l = lnk 0777 links=1 1000:1001 size=1 rdev=0
		as 1000 1000 1001 = ok
		open f d/c wr,creat 02755 = ok
		stat d/c = reg 2755 links=1 1000:1001 size=0 rdev=0
		mkdir plain 06777 = ok
		stat plain = dir 0755 links=2 1000:1000 size=0 rdev=0
	`},
	{"hard-links-of-others", `
		open f a wr,creat 0644 = ok
		open f w wr,creat 0666 = ok
		chmod w 0666 = ok
		open f s wr,creat 0666 = ok
		chmod s 04777 = ok
		as 1000 1000 = ok
		link a b = EPERM
		link w b = ok
		link s c = EPERM
	`},
	{"times", `
		mkdir d 0755 = ok
		open f d/a rdwr,creat 0644 = ok
		mark d/a = ok
		mark d = ok
		write f x = 1
		changed d/a = mc
		fchmod f 0600 = ok
		changed d/a = c
		chown d/a 1 1 = ok
		changed d/a = c
		ftruncate f 0 = ok
		changed d/a = mc
		link d/a d/b = ok
		changed d/a = c
		changed d = mc
		unlink d/b = ok
		changed d/a = c
		changed d = mc
		rename d/a d/c = ok
		rename d/c d/a = ok
		changed d/a = c
		changed d = mc
		mkdir d/s 0755 = ok
		changed d = mc
		rmdir d/s = ok
		changed d = mc
		fallocate f 0 0 100 = ok
		changed d/a = mc
		utimes d/a 5 7 = ok
		times d/a = 5.0 7.0
		changed d/a = amc
		utimes d/a omit 9 = ok
		times d/a = 5.0 9.0
		changed d/a = mc
		utimes d/a bad 9 = EINVAL
		setxattr d/a trusted.x v = ok
		changed d/a = c
		chmod d 0700 = ok
		changed d = c
	`},
	{"relatime", `
		open f a rdwr,creat 0644 = ok
		write f text = 4
		mark a = ok
		pread f 1 0 = "t"
		changed a = a                     # the first read after a write
		pread f 1 0 = "t"
		changed a =
		pread f 1 0 = "t"
		changed a =
		write f more = 4
		changed a = mc
		pread f 1 0 = "t"
		changed a = a
		utimes a 5 2 = ok
		changed a = amc
		open g a rd,noatime 0 = ok
		pread g 1 0 = "t"
		changed a =
		pread f 1 0 = "t"                 # a day old
		changed a = a
	`},
	{"xattrs", `
		open f a wr,creat 0644 = ok
		getxattr a user.x = ENODATA
		removexattr a user.x = ENODATA
		setxattr a user.x one = ok
		getxattr a user.x = "one"
		setxattr a user.x two create = EEXIST
		setxattr a user.y two replace = ENODATA
		setxattr a user.x two replace = ok
		setxattr a trusted.t v = ok
		listxattr a = trusted.t user.x
		setxattr a user. v = EINVAL
		setxattr a bogus.x v = EOPNOTSUPP
		getxattr a bogus.x = EOPNOTSUPP
		setxattr a '' v = ERANGE
		setxattr a long:256 v = ERANGE
		setxattr a user.x v bad = EINVAL
		setxattr a user.big long:65537 = E2BIG
		setxattr nothing user.x v = ENOENT
		removexattr a user.x = ok
		listxattr a = trusted.t
		as 1000 1000 = ok
		setxattr a user.x v = EACCES
		getxattr a user.x = ENODATA
		as 0 0 = ok
		chmod a 0600 = ok
		as 1000 1000 = ok
		getxattr a user.x = EACCES
		as 0 0 = ok
		mknod s sock 0666 = ok
		setxattr s user.x v = EPERM
		getxattr s user.x = ENODATA
		setxattr s trusted.x v = ok
		mkdir t 01777 = ok
		chmod t 01777 = ok
		as 1000 1000 = ok
		setxattr t user.x v = EPERM
	`},
}

func init() { scripts = append(scripts, ownerScripts...) }
