package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"multicopy.example/kiosk/config"
)

// A machine is what one emulator is started with. It is a sub-command of this program, so that the
// harness starts and kills it as it does the firmware: it becomes the emulator and keeps its
// process, whose end is a cut of the power.
type machine struct {
	vm   string // folder of make vm
	kind string
	dir  string // of this machine: disk, sockets, variables of UEFI
	way  string // direct, uefi, secure
	port string // the reader's device; none where empty
	face bool   // descriptors 3 and 4 are the display of text
	late bool   // the reader is on a USB adapter that adapter plugs in and pulls out

	watchdog bool
	tpm      string // socket of swtpm; none where empty
	stick    string // image of a USB stick; none where empty
	door     bool   // it has a switch at its door, and its operator has made codes; then a stick is put in by plugIn
	clock    string // what it says at the start; the time where empty
}

func machineCommand() *cobra.Command {
	var m machine
	var file string
	c := &cobra.Command{Use: "machine", Hidden: true, Args: cobra.NoArgs, Short: "Become the emulator; started by boot itself",
		RunE: func(*cobra.Command, []string) error {
			if err := m.provision(file); err != nil {
				return err
			}
			name, err := exec.LookPath("qemu-system-x86_64")
			if err != nil {
				return err
			}
			return syscall.Exec(name, append([]string{name}, m.args()...), nil)
		}}
	f := c.Flags()
	f.StringVar(&m.vm, "vm", "", "")
	f.StringVar(&m.kind, "kind", "", "")
	f.StringVar(&m.dir, "dir", "", "")
	f.StringVar(&m.way, "way", "", "")
	f.StringVar(&m.port, "port", "", "")
	f.BoolVar(&m.face, "face", false, "")
	f.BoolVar(&m.late, "late", false, "")
	f.BoolVar(&m.watchdog, "watchdog", false, "")
	f.StringVar(&m.tpm, "tpm", "", "")
	f.StringVar(&m.stick, "stick", "", "")
	f.BoolVar(&m.door, "door", false, "")
	f.StringVar(&m.clock, "clock", "", "")
	f.StringVar(&file, "config", "", "the kiosk's, as the harness wrote it")
	return c
}

// command is how this program becomes the machine.
func (m machine) command() ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return []string{self, "machine", "--vm", m.vm, "--kind", m.kind, "--dir", m.dir, "--way", m.way, "--port", m.port, "--tpm", m.tpm, "--stick", m.stick, "--clock", m.clock,
		fmt.Sprintf("--face=%v", m.face), fmt.Sprintf("--late=%v", m.late), fmt.Sprintf("--watchdog=%v", m.watchdog), fmt.Sprintf("--door=%v", m.door)}, nil
}

func (m machine) at(name string) string { return filepath.Join(m.dir, name) }

// disk is the machine's own copy.
func (m machine) disk() string { return m.at("disk") }

// args are the emulator's. What a machine has not is not emulated: it starts earlier.
func (m machine) args() []string {
	a := []string{"-accel", "tcg,thread=multi", "-smp", "2", "-m", "1024", "-nodefaults", "-display", "none", "-vga", "std", "-no-user-config",
		"-qmp", "unix:" + m.at("qmp") + ",server=on,wait=off",
		"-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console",
		"-drive", "if=virtio,format=raw,file=" + m.disk(),
		"-nic", "user,model=virtio-net-pci,ipv6=off",
		"-device", "virtio-serial-pci",
		"-chardev", "socket,id=shell,server=on,wait=off,path=" + m.at("shell"), "-device", "isa-serial,chardev=shell,index=2"}
	if m.port != "" {
		a = append(a, "-chardev", "serial,id=reader,path="+m.port)
	}
	if m.late {
		a = append(a, "-device", "qemu-xhci,id=usb")
	} else if m.port != "" {
		a = append(a, "-serial", "chardev:reader")
	}
	if m.face {
		a = append(a,
			"-chardev", "pipe,id=typed,path="+m.at("typed"), "-device", "virtserialport,chardev=typed,name=kiosk.typed",
			"-chardev", "pipe,id=screens,path="+m.at("screens"), "-device", "virtserialport,chardev=screens,name=kiosk.screens")
	}
	if m.kind != "text" {
		a = append(a, "-device", "virtio-tablet-pci", "-audiodev", "wav,id=sound,path="+m.at("sound.wav"), "-device", "intel-hda", "-device", "hda-output,audiodev=sound")
	}
	if m.watchdog {
		a = append(a, "-device", "i6300esb", "-action", "watchdog=reset")
	}
	if m.tpm != "" {
		a = append(a, "-chardev", "socket,id=tpm,path="+m.tpm, "-tpmdev", "emulator,id=tpm,chardev=tpm", "-device", "tpm-crb,tpmdev=tpm")
	}
	if m.stick != "" {
		a = append(a, "-device", "qemu-xhci,id=usb", "-drive", "if=none,id=stick,format=raw,file="+m.stick)
	}
	if m.stick != "" && !m.door {
		a = append(a, "-device", "usb-storage,drive=stick")
	}
	if m.door {
		a = append(a, m.board()...)
	}
	if m.clock != "" {
		a = append(a, "-rtc", "base="+m.clock)
	}
	return append(a, m.boots()...)
}

// boots are the arguments of how it starts: the kernel alone, which is fastest, or by UEFI from the
// disk, with Secure Boot or without.
func (m machine) boots() []string {
	const cpu = "qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+aes"
	if m.way == "direct" {
		kernel := filepath.Join(m.vm, m.kind+".kernel") // of Debian as it is
		if _, err := os.Stat(kernel); err != nil {
			kernel = filepath.Join(m.vm, "linux", "vmlinux")
		}
		line, _ := os.ReadFile(filepath.Join(m.vm, m.kind+".cmdline")) // provision has read it
		return []string{"-M", "pc", "-cpu", cpu, "-kernel", kernel, "-initrd", filepath.Join(m.vm, m.kind+".initramfs"), "-append", string(line)}
	}
	code := "OVMF_CODE_4M.fd"
	all := "max" // but for AVX: under this emulator Mesa's compiled drawing ends with a segmentation fault where it has that
	if m.kind != "text" {
		all += ",-avx,-avx2,-f16c,-fma"
	}
	a := []string{"-M", "q35", "-cpu", all}
	if m.way == "secure" {
		code = "OVMF_CODE_4M.secboot.fd"
		a = []string{"-M", "q35,smm=on", "-cpu", all, "-global", "driver=cfi.pflash01,property=secure,value=on"}
	}
	// A start by UEFI that follows a warm reset takes the emulator minutes: it ends there instead, and is started anew.
	return append(a, "-no-reboot", "-drive", "if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/"+code, "-drive", "if=pflash,format=raw,unit=1,file="+m.at("variables"))
}

// provision gives a new machine its disk and, where there is a configuration, writes it with the
// certificates that it names onto the data partition, as they are after enrolment.
func (m machine) provision(file string) error {
	if _, err := os.Stat(m.disk()); err == nil {
		return nil
	}
	if err := os.MkdirAll(m.dir, 0o700); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(m.vm, m.kind+".cmdline")); err != nil {
		return err
	}
	// The emulator's pipe is a pair of names; here they are the descriptors that the harness gave, and what is not used.
	if err := errors.Join(os.Symlink("/proc/self/fd/3", m.at("typed.in")), os.Symlink("/dev/null", m.at("typed.out")),
		unix.Mkfifo(m.at("screens.in"), 0o600), os.Symlink("/proc/self/fd/4", m.at("screens.out"))); err != nil {
		return err
	}
	if err := tool("cp", "--sparse=always", filepath.Join(m.vm, m.kind+".disk"), m.disk()); err != nil {
		return err
	}
	if m.way != "direct" {
		vars := "OVMF_VARS_4M.fd"
		if m.way == "secure" {
			vars = "OVMF_VARS_4M.snakeoil.fd"
		}
		if err := tool("cp", "/usr/share/OVMF/"+vars, m.at("variables")); err != nil {
			return err
		}
	}
	if m.door {
		if err := m.provisionBoard(); err != nil {
			return err
		}
	}
	if file == "" {
		return nil
	}
	cfg, err := config.Load(file)
	if err != nil {
		return err
	}
	if err := m.lay(cfg); err != nil {
		return err
	}
	if m.door {
		if err := m.commission(cfg); err != nil {
			return err
		}
	}
	first, sectors, err := partition(m.disk(), 5)
	if err != nil {
		return err
	}
	return tool("mkfs.ext4", "-q", "-F", "-b", "4096", "-d", m.at("data"), "-E", fmt.Sprintf("offset=%d", first*512), m.disk(), fmt.Sprint(sectors/8))
}

// lay writes the content of the data partition.
func (m machine) lay(cfg config.Config) error {
	etc, kiosk := filepath.Join(m.at("data"), "etc"), filepath.Join(m.at("data"), "kiosk")
	for _, d := range []string{etc, kiosk} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return err
		}
	}
	for from, to := range map[string]string{
		cfg.Authority.Roots: etc + "/ca.crt.pem", cfg.Authority.CodeKey: etc + "/code.pub.pem", cfg.Authority.RecordsKey: etc + "/records.pub.pem",
		cfg.Cards.Authorities[0]: etc + "/card-ca.crt.pem", cfg.Authority.Certificate: kiosk + "/kiosk.crt.pem", cfg.Authority.Key: kiosk + "/kiosk.key.pem",
	} {
		b, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		mode := os.FileMode(0o644)
		if strings.HasSuffix(to, ".key.pem") {
			mode = 0o600
		}
		if err := os.WriteFile(to, b, mode); err != nil {
			return err
		}
	}
	extra := ""
	if m.watchdog {
		extra = "[board]\nwatchdog = \"/dev/watchdog\"\n"
	}
	if m.door {
		extra += "[board]\ndoor = \"AMDF030:00/0\"\n"
	}
	if m.kind != "text" {
		extra += "[speech]\nfolder = \"/usr/share/kiosk/speech\"\n"
	}
	return os.WriteFile(etc+"/kiosk.toml", fmt.Appendf(nil, `version = 1
[kiosk]
data = "/var/lib/kiosk/ledger"
status = "/run/kiosk/status.json"
[screen]
panel = %q
[reader]
port = "/dev/kiosk-reader"
baud = 115200
side = "right"
distance_mm = 120
[authority]
url = %q
roots = "ca.crt.pem"
code_key = "code.pub.pem"
records_key = "records.pub.pem"
certificate = "/var/lib/kiosk/kiosk.crt.pem"
key = "/var/lib/kiosk/kiosk.key.pem"
spread_seconds = 0
[staff]
stick = "/media/kiosk"
updates = "/run/kiosk-update"
[cards]
authorities = ["card-ca.crt.pem"]
%s`, "10.1", strings.Replace(cfg.Authority.URL, "127.0.0.1", outside, 1), extra), 0o644)
}

// outside is this host, as the emulator's network calls it.
const outside = "10.0.2.2"

func tool(name string, args ...string) error {
	c := exec.Command(name, args...)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// partition is where the partition of that number begins, and its size, in sectors.
func partition(disk string, number int) (first, sectors int64, err error) {
	out, err := exec.Command("sgdisk", fmt.Sprintf("-i%d", number), disk).Output()
	if err != nil {
		return 0, 0, fmt.Errorf("sgdisk: %w", err)
	}
	for line := range strings.Lines(string(out)) {
		fmt.Sscanf(line, "First sector: %d", &first)     //nolint:errcheck // another line
		fmt.Sscanf(line, "Partition size: %d", &sectors) //nolint:errcheck // another line
	}
	if first == 0 || sectors == 0 {
		return 0, 0, fmt.Errorf("%s has no partition %d", disk, number)
	}
	return first, sectors, nil
}
