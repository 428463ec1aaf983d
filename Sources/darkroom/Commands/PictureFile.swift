import Foundation

/// A file that the command line names: a picture to read, or one to write.
struct PictureFile {
    var path: String

    /// Larger files are none that a camera made.
    private static let largest = 256 << 20

    /// Why a file was not read or written, in a sentence.
    struct Failure: Error, CustomStringConvertible {
        var description: String

        init(_ description: String) { self.description = description }

        /// What the system said last.
        init(_ what: String, errno code: Int32) {
            switch code {
            case ENOENT: self.init("There is no such file.")
            case EACCES: self.init("The file may not be \(what).")
            default: self.init("The file cannot be \(what): \(String(cString: strerror(code))).")
            }
        }
    }

    /// Reads all of it; also what a pipe brings, as of `<(curl …)`.
    func read() throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure("read", errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Failure("read", errno: errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw Failure("This is a folder: name the pictures in it.") }
        var bytes: [UInt8] = []
        if status.st_mode & S_IFMT == S_IFREG { bytes.reserveCapacity(min(Int(status.st_size), Self.largest)) }
        var piece = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = piece.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure("read", errno: errno) }
            if count == 0 { return bytes }
            guard bytes.count + count <= Self.largest else {
                throw Failure("The file has more than \(Self.largest >> 20) MB.")
            }
            bytes += piece[..<count]
        }
    }

    /// Writes it anew.
    func write(_ bytes: [UInt8]) throws {
        guard let file = fopen(path, "wb") else {
            let code = errno
            throw Failure("\(path) cannot be written: \(String(cString: strerror(code))).")
        }
        let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count
        let code = errno
        guard fclose(file) == 0, isWritten else {
            throw Failure("\(path) cannot be written: \(String(cString: strerror(isWritten ? errno : code))).")
        }
    }

    /// Whether both are one file, by whatever names.
    func isSame(as other: PictureFile) -> Bool {
        var (mine, theirs) = (stat(), stat())
        guard stat(path, &mine) == 0, stat(other.path, &theirs) == 0 else { return false }
        return mine.st_dev == theirs.st_dev && mine.st_ino == theirs.st_ino
    }
}
