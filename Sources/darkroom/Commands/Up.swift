import ArgumentParser
import CStartPages
import CloudCore
import CloudLogs
import Dispatch
import Emulator
import Foundation
import JSONValue

/// `darkroom up`: starts the cloud and serves until it is told to end.
struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start the local cloud and serve until Ctrl-C.",
        discussion: """
            Reads the template, creates what it declares, and serves its functions: AWS's services on one port, the \
            HTTP APIs on another. Everything that was acknowledged is still there after the next start, however this \
            one ended.
            """)

    @OptionGroup var cloud: CloudOptions

    @Option(help: "The port of the AWS services; 0 takes a free one.")
    var port = 4566

    @Option(help: "The port of the HTTP APIs; 0 takes a free one.")
    var gatewayPort = 3000

    @Option(
        help: ArgumentHelp(
            "A certificate, in PEM: serves the HTTP APIs over TLS as well. May be repeated; a caller is shown the one for its host, or the first.",
            valueName: "FILE"))
    var tlsCertificate: [String] = []

    @Option(
        help: ArgumentHelp("The certificate's private key, in PEM; as often as --tls-certificate.", valueName: "FILE"))
    var tlsKey: [String] = []

    @Option(help: "The port of the HTTP APIs over TLS; 0 takes a free one.")
    var tlsPort = 3443

    @Option(help: "The address to listen on. Anything but loopback lets other machines in.")
    var host = "127.0.0.1"

    @Flag(help: "Keep the data only while the cloud runs.")
    var ephemeral = false

    @Option(help: "What acknowledged writes survive: the end of the process, or (full) loss of power too.")
    var durability = Durability.process

    @Option(
        help: ArgumentHelp(
            "How much of what functions log is kept, in each log group that they make; the oldest goes first. 0 keeps everything.",
            valueName: "MB"))
    var logLimit = LogsService.defaultFunctionLogLimit >> 20

    @Option(
        help: ArgumentHelp(
            "How fast streamed responses pass behind their first 6 MB: as they come, or (aws) 2 MB a second.",
            valueName: "unlimited|aws"))
    var streamRate = Streaming.unlimited

    @Option(
        help: ArgumentHelp(
            "Whether requests must be signed with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY as they are set here.",
            valueName: "any|verify"))
    var auth = Auth.any

    @Flag(help: "Write the log as JSON, an object a line.")
    var json = false

    @Flag(help: "Write no log.")
    var quiet = false

    @Flag(help: "Build the functions anew whenever their sources change, and take up changes of the template.")
    var watch = false

    @Option(
        help: ArgumentHelp(
            "With --watch, what builds them, for the shell; else 'swift build' of the product that the template's Metadata.Darkroom.Bootstrap names.",
            valueName: "COMMAND"))
    var buildCommand: String?

    @Option(
        help: ArgumentHelp(
            "Where the clock begins: at a moment such as 2026-03-01T00:00:00Z, and stands there until it is turned; with 'last' where this data's clock was, and goes on as it did.",
            valueName: "MOMENT|last"))
    var clockStart: String?

    enum Auth: String, ExpressibleByArgument, CaseIterable { case any, verify }
    enum Streaming: String, ExpressibleByArgument, CaseIterable { case unlimited, aws }

    func validate() throws {
        for (name, value) in [
            ("--port", port), ("--gateway-port", gatewayPort), ("--tls-port", tlsPort),
        ] where !(0...65535).contains(value) {
            throw ValidationError("\(name) takes a number from 0 to 65535, not \(value).")
        }
        guard (0...1_048_576).contains(logLimit) else {
            throw ValidationError("--log-limit takes megabytes, up to 1048576, or 0; not \(logLimit).")
        }
        guard watch || buildCommand == nil else { throw ValidationError("--build-command goes with --watch.") }
        guard tlsCertificate.count == tlsKey.count else {
            throw ValidationError(
                "--tls-certificate and --tls-key belong together: give as many of one as of the other.")
        }
        guard clockStart == nil || clockStart == Self.last || clockStart.flatMap({ Timestamp(iso8601: $0) }) != nil
        else {
            throw ValidationError(
                "--clock-start takes a moment such as 2026-03-01T00:00:00Z, or 'last'; not '\(clockStart ?? "")'.")
        }
    }

    func run() async throws {
        var configuration = cloud.configuration()
        configuration.edgePort = port
        configuration.gatewayPort = gatewayPort
        configuration.host = host
        configuration.tlsPort = tlsPort
        if ephemeral { configuration.data = .ephemeral }
        configuration.durability = durability
        configuration.functionLogLimit = logLimit == 0 ? nil : logLimit << 20
        configuration.streamRate = streamRate == .aws ? .lambda : nil
        configuration.verifiesSignatures = auth == .verify
        if let clock { configuration.clock = clock }
        let isTerminal = isatty(1) == 1
        let log = ActivityLog(quiet ? .silent : json ? .json : .text(color: isTerminal), clock: configuration.clock)
        // Asked for before anything starts, so that an early Ctrl-C is not lost.
        let end = EndSignal()
        let rebuilding = watch ? rebuilding(log) : nil
        let template = watch ? TemplateWatch(of: cloud.template, log: log) : nil
        let builder = Task { [rebuilding] () -> SourceSnapshot? in
            guard let rebuilding else { return nil }
            // Before the start too: a function's program may be missing or old.
            let sources = SourceSnapshot(of: rebuilding.package)
            log.note("Building: \(rebuilding.build.command)")
            await rebuilding.report(rebuilding.build.run())
            return sources
        }
        let early = Task { await end.wait() }
        let canceller = Task {
            _ = await early.value; builder.cancel()
        }
        let built = await builder.value
        canceller.cancel()
        let running: LocalCloud
        do {
            let certificates = zip(tlsCertificate, tlsKey).map { (certificate: $0, key: $1) }
            configuration.certificate = try ServerCertificate(files: certificates)
            running = try await LocalCloud.start(configuration, log: log)
        } catch {
            log.flush()
            complain("\(error)")
            throw ExitCode.failure
        }
        announce(running)
        // The kernel maps sixteen pages around each that is touched, and a start touches code that serving does not: more
        // than half of what would be resident. What a request needs comes back with it, from the kernel's cache of files.
        start_pages_release()
        let watching = Task {
            await withTaskGroup(of: Void.self) { tasks in
                if let rebuilding, let built { tasks.addTask { await rebuilding.run(since: built) } }
                if let template { tasks.addTask { await template.run(running) } }
            }
        }
        let signal = await early.value
        if !json { complain("\nEnding (\(signal)).") }
        watching.cancel()
        await watching.value
        await running.stop()
        log.flush()
    }

    private static let last = "last"

    /// The clock that `--clock-start` asks for; nil for real time, also where this data has no clock yet.
    private var clock: CloudClock? {
        guard let clockStart else { return nil }
        if let moment = Timestamp(iso8601: clockStart) { return CloudClock(startingAt: moment, pace: .frozen) }
        return ClockFile.read(in: cloud.data).map { position in
            CloudClock(startingAt: position.moment(at: .machineTime), pace: position.pace)
        }
    }

    /// What `--watch` builds; nil where it can only look at the template.
    private func rebuilding(_ log: ActivityLog) -> Rebuilding? {
        let package = Self.package(of: cloud.template)
        let build =
            buildCommand.map { BuildCommand(command: $0, directory: package) }
            ?? BuildCommand(forTemplate: cloud.template, in: package)
        guard let build else {
            log.note(
                "\(cloud.template) names no program of SwiftPM's in its Metadata.Darkroom.Bootstrap, so nothing is built: "
                    + "--build-command says what builds its functions.")
            return nil
        }
        return Rebuilding(build: build, package: package, log: log)
    }

    /// The folder of the package that a template belongs to: the nearest with a `Package.swift`, or else its own.
    private static func package(of template: String) -> String {
        let own = URL(fileURLWithPath: template).standardizedFileURL.deletingLastPathComponent()
        var folder = own
        while folder.path != "/" {
            if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
                return folder.path
            }
            folder.deleteLastPathComponent()
        }
        return own.path
    }

    private func announce(_ cloud: LocalCloud) {
        let lines: String
        if json {
            var ready: JSONObject = [
                "type": "ready", "edge": .string(cloud.edgeURL), "gateway": .string(cloud.gatewayURL),
                "process": JSONValue(Int(ProcessInfo.processInfo.processIdentifier)),
            ]
            if let url = cloud.secureGatewayURL { ready["gatewayTLS"] = .string(url) }
            lines = JSONValue.object(ready).text() + "\n"
        } else {
            lines = cloud.greeting
        }
        ActivityLog.standardOutput(Array(lines.utf8))
    }
}

extension Durability: ExpressibleByArgument {}

/// Waits for the signals that end a program: Ctrl-C and `kill`.
final class EndSignal {
    private let signals: AsyncStream<String>
    private let sources: [any DispatchSourceSignal]

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        signals = stream
        sources = [(SIGINT, "interrupted"), (SIGTERM, "terminated"), (SIGHUP, "hung up")].map { number, name in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(name) }
            source.resume()
            return source
        }
    }

    func wait() async -> String { await signals.first { _ in true } ?? "ended" }
}
