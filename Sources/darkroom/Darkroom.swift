import ArgumentParser

/// The command line of the local cloud.
@main
struct Darkroom: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "darkroom",
        abstract: "A local cloud in one process: runs Lambda functions and the AWS services that they use.",
        discussion: """
            Start it in a folder with a template.json (SAM), and use it with any AWS client:

              darkroom up
              aws --endpoint-url http://127.0.0.1:4566 s3 ls
            """,
        version: "0.1.0",
        subcommands: [
            Up.self, Invoke.self, Logs.self, Record.self, ReplayCommand.self, Clock.self, Recognize.self, New.self,
        ])
}
