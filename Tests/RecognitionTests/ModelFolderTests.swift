import Digests
import Foundation
import JSONValue
import Testing

@testable import Recognition

@Suite("The model folder")
struct ModelFolderTests {
    private let temporary: TemporaryFolder
    private let folder: ModelFolder

    init() throws {
        temporary = try TemporaryFolder()
        folder = ModelFolder(path: temporary.path)
    }

    private func manifest(version: String = ModelFolder.version, _ files: [String: [UInt8]]) throws {
        let entries = files.map { name, bytes in
            (
                name,
                ["bytes": JSONValue(bytes.count), "sha256": .string(Hex.encode(Digest.of(bytes, .sha256)))] as JSONValue
            )
        }
        let json: JSONValue = ["version": .string(version), "files": .object(JSONObject(entries))]
        try temporary.write(json.encoded(), to: "manifest.json")
    }

    @Test("A file that is as it was made is given")
    func right() throws {
        try manifest(["labels.json": [1, 2, 3]])
        try temporary.write([1, 2, 3], to: "labels.json")
        #expect(try folder.contents(of: .vocabulary) == [1, 2, 3])
    }

    @Test("A folder that is missing is told, with what to do")
    func missing() throws {
        let nowhere = ModelFolder(path: temporary.path + "/nowhere")
        #expect(throws: RecognitionError.modelsMissing(folder: nowhere.path)) { try nowhere.path(of: .labels) }
        #expect("\(RecognitionError.modelsMissing(folder: "x"))".contains("make models"))
    }

    @Test("Files that are missing, cut short or changed are told")
    func faults() throws {
        let path = temporary.path + "/labels.json"
        try manifest(["labels.json": [1, 2, 3]])
        #expect(throws: RecognitionError.modelMissing(path: path)) { try folder.path(of: .vocabulary) }
        try temporary.write([1, 2], to: "labels.json")
        #expect(throws: RecognitionError.modelDamaged(path: path, reason: "it has 2 bytes instead of 3")) {
            try folder.path(of: .vocabulary)
        }
        try temporary.write([1, 2, 4], to: "labels.json")
        #expect(throws: RecognitionError.self) { try folder.path(of: .vocabulary) }
        #expect(throws: RecognitionError.self) { try folder.path(of: .objects) }
    }

    @Test("A folder of another version is told, whatever is in it")
    func otherVersion() throws {
        try manifest(version: "0", ["labels.json": [1]])
        #expect(
            throws: RecognitionError.modelsOfAnotherVersion(
                folder: temporary.path, found: "0", expected: ModelFolder.version)
        ) { try folder.path(of: .vocabulary) }
    }

    @Test("A manifest that is none is told", arguments: ["", "{}", "[1]", #"{"version":"1","files":{"a":1}}"#])
    func noManifest(text: String) throws {
        try temporary.write(Array(text.utf8), to: "manifest.json")
        #expect(throws: RecognitionError.self) { try folder.path(of: .labels) }
    }

    @Test("The script that makes the folder and the program that reads it agree on the version")
    func versions() throws {
        let script = try String(contentsOfFile: "Scripts/models/make.py", encoding: .utf8)
        #expect(script.contains("VERSION = \"\(ModelFolder.version)\""))
    }

    @Test("The environment names the folder")
    func environment() {
        #expect(ModelFolder.standard(environment: ["DARKROOM_MODELS": "/there"]).path == "/there")
        #expect(!ModelFolder.standard(environment: ["DARKROOM_MODELS": ""]).path.isEmpty)
    }

    @Test(
        "A file that is no model is told by the runtime", .enabled(if: TestModels.arePresent, "\(TestModels.missing)"))
    func noModel() throws {
        let library = try [UInt8](Data(contentsOf: URL(fileURLWithPath: TestModels.folder.path(of: .runtime))))
        let garbage = [UInt8](repeating: 7, count: 1000)
        try manifest(["libonnxruntime.so": library, "labels.onnx": garbage, "objects.onnx": []])
        try FileManager.default.createSymbolicLink(
            atPath: temporary.path + "/libonnxruntime.so",
            withDestinationPath: URL(fileURLWithPath: try TestModels.folder.path(of: .runtime)).path)
        try temporary.write(garbage, to: "labels.onnx")
        try temporary.write([], to: "objects.onnx")
        for file in [ModelFile.labels, .objects] {
            do {
                _ = try Model(file, in: folder)
                Issue.record("\(file.rawValue) was loaded")
            } catch {
                guard case .modelUnusable = error else {
                    Issue.record("\(error)")
                    continue
                }
            }
        }
    }
}
