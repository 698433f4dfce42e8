package procfs

import "strings"

// netEntry is /proc/PID/net: the loopback device and the headings of tables that are empty. Where the kernel gets
// sockets it fills them.
func netEntry() *entry {
	return dir("net", 0o555,
		static("arp", "IP address       HW type     Flags       HW address            Mask     Device\n"),
		static("dev", "Inter-|   Receive                                                |  Transmit\n"+
			" face |bytes    packets errs drop fifo frame compressed multicast|"+
			"bytes    packets errs drop fifo colls carrier compressed\n"+
			"    lo:       0       0    0    0    0     0          0         0"+
			"        0       0    0    0    0     0       0          0\n"),
		static("if_inet6", "00000000000000000000000000000001 01 80 10 80       lo\n"),
		static("netlink", "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n"),
		static("packet", "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n"),
		static("raw", inetHeading+" ref pointer drops\n"),
		static("raw6", inet6Heading+" ref pointer drops\n"),
		static("route", pad("Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT", 127)),
		static("tcp", pad("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt"+
			"   uid  timeout inode", 149)),
		static("tcp6", inet6Heading+"\n"),
		static("udp", pad("   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt"+
			"   uid  timeout inode ref pointer drops", 127)),
		static("udp6", inet6Heading+" ref pointer drops\n"),
		static("unix", "Num       RefCount Protocol Flags    Type St Inode Path\n"),
	)
}

const (
	inetHeading = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt" +
		"   uid  timeout inode"
	inet6Heading = "  sl  local_address                         remote_address                        st" +
		" tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
)

// pad makes a line as wide as the lines below it would be.
func pad(s string, width int) string { return s + strings.Repeat(" ", max(width-len(s), 0)) + "\n" }
