// Package emulator is Google's APIs as Binary Authorization needs them, in memory.
package emulator
