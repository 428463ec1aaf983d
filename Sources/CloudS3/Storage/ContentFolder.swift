import CloudCore
import Foundation
import NIOCore
import Synchronization

/// The files that hold the contents of objects.
///
/// A content is written to `tmp/`, completed, given a name that no content ever had, and only then named by a row; it is
/// never changed afterwards. Whatever stops the process in between leaves a file that no row names, which the next start
/// removes. A file that has had its day, and that nobody reads, is written anew for a later content: making files and
/// removing them at a high rate is slow, since file systems do not give a number out again for some seconds and look past
/// all of these each time.
///
/// Names are made of a number and of the session that wrote them, never of keys.
final class ContentFolder: Sendable {
    private let root: String
    private let durability: Durability
    /// Tells the files of this process from those of earlier ones. It is random whatever the cloud's identifiers are:
    /// a source that counts would start over with names that exist.
    private let session: String
    private let count = Atomic<UInt64>(0)
    private let holds = Mutex(Holds())
    private let spares = Mutex<[String]>([])
    /// How many files are kept for later contents, and how long each may be: 32 MiB in all.
    private static let spareLimit = 32
    private static let spareSizeLimit = 1024 * 1024

    /// Contents that answers under way still need, and which of them are to go afterwards.
    private struct Holds {
        var users: [String: Int] = [:]
        var doomed: Set<String> = []
        /// Contents that are being taken away at this moment: too late to claim them.
        var leaving: Set<String> = []
    }

    init(root: String, durability: Durability, session: String) throws {
        self.root = root
        self.durability = durability
        self.session = session
        for folder in ["tmp", "contents", "spare"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
        }
        // What was being written when the last process ended was never acknowledged.
        for folder in ["tmp", "spare"] {
            for name in try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)") {
                unlink("\(root)/\(folder)/\(name)")
            }
        }
    }

    func path(of name: String) -> String { "\(root)/contents/\(name.suffix(2))/\(name)" }

    func temporaryPath(of name: String) -> String { "\(root)/tmp/\(name)" }

    func newName() -> String {
        let number = String(count.add(1, ordering: .relaxed).newValue, radix: 16)
        return session + "-" + String(repeating: "0", count: max(0, 8 - number.count)) + number
    }

    /// Gives a complete file its place. With full durability, the file and its name are on the disk when this returns.
    func install(_ name: String, descriptor: CInt) async throws {
        if durability == .full {
            try await Self.offload {
                guard fsync(descriptor) == 0 else { throw IOError(errnoCode: errno, reason: "fsync") }
            }
        }
        try place(name) { rename(temporaryPath(of: name), $0) }
        try await syncFolder(of: name)
    }

    /// Gives a content a second name, for a copy of the object; nil where the file system allows no more.
    func link(_ name: String) async throws -> String? {
        let copy = newName()
        do {
            try place(copy) { Glibc.link(path(of: name), $0) }
        } catch let error as IOError where error.errnoCode == EMLINK || error.errnoCode == EPERM {
            return nil
        }
        try await syncFolder(of: copy)
        return copy
    }

    private func place(_ name: String, _ action: (String) -> CInt) throws {
        let path = path(of: name)
        if action(path) == 0 { return }
        if errno == ENOENT {
            // The first content of this folder; a failure shows in the second attempt.
            mkdir("\(root)/contents/\(name.suffix(2))", 0o700)
            if action(path) == 0 { return }
        }
        throw IOError(errnoCode: errno, reason: "place \(path)")
    }

    private func syncFolder(of name: String) async throws {
        guard durability == .full else { return }
        let folders = ["\(root)/contents/\(name.suffix(2))", root + "/contents"]
        try await Self.offload {
            for folder in folders {
                let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "open \(folder)") }
                defer { close(descriptor) }
                guard fsync(descriptor) == 0 else { throw IOError(errnoCode: errno, reason: "fsync \(folder)") }
            }
        }
    }

    /// Waits for the disk somewhere else than on the threads that answer requests.
    private static func offload(_ work: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
        }
    }

    // MARK: Removal

    /// Removes contents that no row names any more, each once the answers that read it are through.
    func remove(_ names: [String]) {
        guard !names.isEmpty else { return }
        let free = holds.withLock { holds in
            names.filter { name in
                guard holds.users[name] != nil else { return true }
                holds.doomed.insert(name)
                return false
            }.filter { holds.leaving.insert($0).inserted }
        }
        retire(free)
    }

    /// Takes away contents that nobody has a claim on; they are marked as leaving.
    private func retire(_ names: [String]) {
        guard !names.isEmpty else { return }
        for name in names where !keepAsSpare(name) { unlink(path(of: name)) }
        holds.withLock { $0.leaving.subtract(names) }
    }

    private func keepAsSpare(_ name: String) -> Bool {
        var status = stat()
        // A file with a second name is the content of a copy as well.
        guard lstat(path(of: name), &status) == 0, status.st_nlink == 1, status.st_size <= Self.spareSizeLimit
        else {
            return false
        }
        return spares.withLock { spares in
            guard spares.count < Self.spareLimit, rename(path(of: name), "\(root)/spare/\(name)") == 0 else {
                return false
            }
            spares.append(name)
            return true
        }
    }

    /// Creates a file for a content that is to be written: a new one, or one that served before and still has its bytes.
    ///
    /// - Throws: `IOError`.
    func createTemporary(_ name: String) throws -> (descriptor: CInt, isNew: Bool) {
        let path = temporaryPath(of: name)
        if let spare = spares.withLock({ $0.popLast() }), rename("\(root)/spare/\(spare)", path) == 0 {
            let descriptor = Glibc.open(path, O_WRONLY | O_CLOEXEC)
            if descriptor >= 0 { return (descriptor, false) }
            unlink(path)
        }
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "create \(path)") }
        return (descriptor, true)
    }

    /// Keeps contents for as long as the hold lives, also when they are removed meanwhile; nil where one is gone already.
    func hold(_ names: [String]) -> ContentHold? {
        guard let hold = claim(names) else { return nil }
        return names.allSatisfy { access(path(of: $0), F_OK) == 0 } ? hold : nil
    }

    /// Opens a content, which stays as it is until the file is closed; nil where it is gone already.
    ///
    /// - Throws: `IOError`.
    func open(_ name: String) throws -> OpenFile? {
        guard let hold = claim([name]) else { return nil }
        do {
            return try OpenFile(path: path(of: name), claim: hold)
        } catch let error as IOError where error.errnoCode == ENOENT {
            return nil
        }
    }

    /// Counts a user of contents; nil where one is leaving. Whether they exist is seen only after that.
    private func claim(_ names: [String]) -> ContentHold? {
        let isClaimed = holds.withLock { holds in
            guard names.allSatisfy({ !holds.leaving.contains($0) }) else { return false }
            for name in names { holds.users[name, default: 0] += 1 }
            return true
        }
        return isClaimed ? ContentHold(names: names, folder: self) : nil
    }

    fileprivate func release(_ names: [String]) {
        let free = holds.withLock { holds in
            names.filter { name in
                let users = (holds.users[name] ?? 1) - 1
                holds.users[name] = users == 0 ? nil : users
                return users == 0 && holds.doomed.remove(name) != nil
            }.filter { holds.leaving.insert($0).inserted }
        }
        retire(free)
    }

    // MARK: Sweep

    /// The contents that earlier processes wrote.
    func contentsOfEarlierSessions() -> [String] {
        let root = root + "/contents"
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return folders.flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? [])
                .filter { !$0.hasPrefix(session) }
        }
    }
}

/// A reader's claim on contents.
final class ContentHold: Sendable {
    private let names: [String]
    private let folder: ContentFolder

    fileprivate init(names: [String], folder: ContentFolder) {
        self.names = names
        self.folder = folder
    }

    deinit { folder.release(names) }
}
