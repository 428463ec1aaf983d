import CloudLambda
import Emulator
import Foundation
import LambdaRuntime

/// What runs the functions of a template whose runtime is `provided`. Functions of other runtimes, such as Python's, run as
/// they are declared.
public struct FunctionHosting: Sendable {
    private enum Place: Sendable {
        case asDeclared
        case inProcess(HandlerTable)
        case program(String)
    }

    private let place: Place

    /// The programs that the template names.
    public static let asDeclared = FunctionHosting(place: .asDeclared)

    /// Handlers in the test's process, each environment on a thread of its own.
    public static func inProcess(_ handlers: HandlerTable) -> FunctionHosting {
        FunctionHosting(place: .inProcess(handlers))
    }

    /// A program, in a process for each environment.
    ///
    /// - Parameter path: its file, from the current directory unless absolute.
    public static func program(_ path: String) -> FunctionHosting {
        FunctionHosting(place: .program(URL(fileURLWithPath: path).standardizedFileURL.path))
    }

    /// An executable product of the package that the test belongs to. SwiftPM builds it into the directory of the tests.
    public static func product(_ name: String) -> FunctionHosting {
        .program(URL(fileURLWithPath: thisProgram).deletingLastPathComponent().appendingPathComponent(name).path)
    }

    func apply(to configuration: inout CloudConfiguration) {
        switch place {
        case .asDeclared: break
        case .program(let path): configuration.bootstrap = path
        case .inProcess(let handlers):
            // The code of functions that run here is in the file of the program that runs here.
            configuration.hostedProgram = HostedProgram(
                path: Self.thisProgram, launcher: InProcessLauncher(handlers: handlers))
        }
    }

    private static let thisProgram: String = {
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: path.isEmpty ? CommandLine.arguments[0] : path).standardizedFileURL.path
    }()
}
