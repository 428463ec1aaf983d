import ArgumentParser
import Foundation
import JSONValue
import Recognition

/// `darkroom recognize`: says what pictures show and what is written on them.
struct Recognize: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recognize",
        abstract: "Say what pictures show, and what is written on them.",
        discussion: """
            Recognises labels with their boxes, text and colours in JPEG, PNG, GIF and WebP files, with the models that \
            `make models` fetches (in .models, or where DARKROOM_MODELS says). The exit status is 1 when a file could \
            not be recognised.
            """)

    @Argument(help: ArgumentHelp("Picture files.", valueName: "file"))
    var files: [String]

    @Flag(help: "Only labels, and their boxes.")
    var labels = false

    @Flag(help: "Only text.")
    var text = false

    @Flag(help: "Print the results as JSON.")
    var json = false

    @Option(help: ArgumentHelp("Write the picture with boxes drawn into it, as PNG.", valueName: "file"))
    var draw: String?

    @Option(help: "Leave out labels that are less sure than this, in percent.")
    var minConfidence = 50.0

    func validate() throws {
        if files.isEmpty { throw ValidationError("Name at least one picture.") }
        if draw != nil && files.count != 1 { throw ValidationError("--draw takes one picture, not \(files.count).") }
        if let draw, PictureFile(path: draw).isSame(as: PictureFile(path: files[0])) {
            throw ValidationError("--draw would overwrite the picture itself: name another file.")
        }
        guard (0...100).contains(minConfidence) else {
            throw ValidationError("--min-confidence is a percentage, from 0 to 100.")
        }
    }

    func run() async throws {
        let recognizer = Recognizer(models: .standard(environment: ProcessInfo.processInfo.environment))
        var results: [JSONValue] = []
        var failed = false
        for file in files {
            do {
                let findings = try await recognize(file, recognizer)
                if !json, file != files.first { print() }
                if !json { print(findings.table, terminator: "") }
                if let draw { try PictureFile(path: draw).write(findings.drawing()) }
                if json { results.append(findings.json) }
            } catch let error as RecognitionError where error.concernsModels {
                // It is the same for every picture.
                complain("\(error)")
                throw ExitCode.failure
            } catch {
                failed = true
                if json { results.append(["file": .string(file), "error": .string("\(error)")]) }
                complain("\(file): \(error)")
            }
        }
        if json { print(JSONValue.array(results).text(.pretty)) }
        if failed { throw ExitCode.failure }
    }

    private func recognize(_ file: String, _ recognizer: Recognizer) async throws -> PictureFindings {
        let image = try await recognizer.decode(try PictureFile(path: file).read())
        var findings = PictureFindings(file: file, image: image)
        if labels || !text {
            findings.labels = try await recognizer.labels(in: image).filter { $0.confidence >= minConfidence }
            let boxes = findings.labels?.flatMap(\.instances).map(\.box) ?? []
            findings.properties = try await recognizer.properties(of: image, foreground: boxes)
        }
        if text || !labels { findings.text = try await recognizer.text(in: image) }
        return findings
    }
}
