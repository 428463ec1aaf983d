import ArgumentParser
import GRDB
import NIOHTTP1
import NIOPosix

print("darkroom")
