package main

import (
	"encoding/xml"
	"fmt"
	"os"
)

// JUnit's report, as programs that collect tests read it: a suite for each contract, a
// case for each requirement.
type (
	junit struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string      `xml:"classname,attr"` // the clause
		Name    string      `xml:"name,attr"`
		Failure *junitWords `xml:"failure"`
		Skipped *junitWords `xml:"skipped"` // not provoked
	}
	junitWords struct {
		Message string `xml:"message,attr"`
	}
)

func writeJUnit(name string, contracts []int, results []result) error {
	var report junit
	for _, c := range contracts {
		suite := junitSuite{Name: fmt.Sprintf("contract %d", c)}
		for _, r := range results {
			if r.Contract != c {
				continue
			}
			one := junitCase{Class: r.Clause, Name: r.Requirement}
			switch r.Result {
			case "FAIL":
				one.Failure = &junitWords{r.Detail}
				suite.Failures++
			case "not provoked":
				one.Skipped = &junitWords{r.Detail}
				suite.Skipped++
			}
			suite.Tests++
			suite.Cases = append(suite.Cases, one)
		}
		report.Suites = append(report.Suites, suite)
	}
	b, err := xml.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append([]byte(xml.Header), append(b, '\n')...), 0o644)
}
