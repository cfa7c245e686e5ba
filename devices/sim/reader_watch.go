package sim

import (
	"fmt"

	"multicopy.example/devices/apdu"
)

var commandNames = map[byte]string{
	cmdDiagnose: "Diagnose", cmdFirmware: "GetFirmwareVersion", cmdGeneral: "GetGeneralStatus",
	cmdReadReg: "ReadRegister", cmdWriteReg: "WriteRegister", cmdBaud: "SetSerialBaudRate",
	cmdParams: "SetParameters", cmdSAM: "SAMConfiguration", cmdDown: "PowerDown", cmdRF: "RFConfiguration",
	cmdExchange: "InDataExchange", cmdThru: "InCommunicateThru", cmdDeselect: "InDeselect",
	cmdList: "InListPassiveTarget", cmdRelease: "InRelease", cmdSelect: "InSelect",
	cmdPoll: "InAutoPoll",
}

func commandName(code byte) string {
	if n, ok := commandNames[code]; ok {
		return n
	}
	return fmt.Sprintf("command %02X", code)
}

// describe is one line about a command. Of an APDU it has what a trace may
// have; of raw blocks nothing.
func describe(pd []byte) string {
	name := commandName(pd[0])
	switch {
	case pd[0] == cmdThru || len(pd) == 1:
		return name
	case pd[0] != cmdExchange:
		return fmt.Sprintf("%s % X", name, pd[1:min(len(pd), 8)])
	case len(pd) == 2:
		return name + " (go on)"
	}
	c, err := apdu.Parse(pd[2:])
	if err != nil {
		return name + " (no short APDU)"
	}
	return name + " " + c.Header()
}

// describeReply is one line about a reply; nil is a syntax error.
func describeReply(reply []byte) string {
	if reply == nil {
		return "syntax error"
	}
	name, n := commandName(reply[0]-1), len(reply)
	switch {
	case (reply[0] == cmdList+1 || reply[0] == cmdPoll+1) && n > 1:
		return fmt.Sprintf("%s %d found", name, reply[1])
	case reply[0] != cmdExchange+1 || n < 2:
		return name
	case reply[1]&statusMore != 0:
		return name + " (more)"
	case reply[1] != 0 || n < 4:
		return fmt.Sprintf("%s status %02X", name, reply[1])
	}
	return fmt.Sprintf("%s %02X%02X", name, reply[n-2], reply[n-1])
}
