// Package life has the words for what becomes of a person's certificates: those of the
// card, of the phone and of private software.
package life
