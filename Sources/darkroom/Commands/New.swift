import ArgumentParser
import Foundation

/// `darkroom new`: writes a project with one function in it.
struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Begin a project: a function, its template, an event, and how to build, run and package it.",
        discussion: """
            Writes a folder NAME, and never over one that is there. In it:

              make build      compile the function
              make run        serve it at http://127.0.0.1:3000/hello
              make test       replay the events in Events/ and compare the answers
              make package    make dist/NAME.zip for Lambda
            """)

    @Argument(help: "The project's name, which is the function's too: letters, digits and hyphens.")
    var name: String

    @Option(
        help: ArgumentHelp(
            "The package with LambdaRuntime: a folder or a URL. Without it, the package that this program was built in.",
            valueName: "PATH-OR-URL"))
    var package: String?

    func run() throws {
        do throws(NewProjectError) {
            let project = NewProject(
                name: try ProjectName(name), package: try PackageLocation(package, program: Self.program),
                program: Self.program)
            try project.write(in: FileManager.default.currentDirectoryPath)
        } catch {
            complain("\(error)")
            throw ExitCode.failure
        }
        print("\(name)/ is ready. Go on with:\n\n  cd \(name)\n  make run\n  curl http://127.0.0.1:3000/hello?name=Ada")
    }

    /// Where this program is.
    private static var program: String? {
        Bundle.main.executableURL?.resolvingSymlinksInPath().standardizedFileURL.path
    }
}
