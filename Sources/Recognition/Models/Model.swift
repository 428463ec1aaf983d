import COnnxRuntime

/// A loaded ONNX model with one input and one or more outputs of real numbers.
///
/// May be run from several threads at once; each run computes on the calling thread alone, and blocks it.
public final class Model: Sendable {
    /// Which file of the model folder this is.
    public let file: ModelFile
    /// The names of the outputs, in the model's order.
    public let outputs: [String]
    /// A `cor_session`: ONNX Runtime allows any number of runs at once on one session, and this is its only owner.
    nonisolated(unsafe) private let session: OpaquePointer

    /// Loads a model. Checks its file against the folder's manifest first.
    public init(_ file: ModelFile, in folder: ModelFolder) throws(RecognitionError) {
        let path = try folder.path(of: file)
        let runtime = try OnnxRuntime.open(from: folder)
        var message = [CChar](repeating: 0, count: Int(COR_MESSAGE_SIZE))
        guard let session = cor_session_open(runtime.handle, path, &message) else {
            throw .modelUnusable(path: path, reason: OnnxRuntime.text(of: message))
        }
        self.file = file
        self.session = session
        outputs = (0..<cor_session_output_count(session)).map { String(cString: cor_session_output_name(session, $0)) }
    }

    deinit { cor_session_close(session) }

    /// Runs the model. Returns the outputs that are named, in that order; all of them when none is named.
    public func run(_ input: Tensor, outputs wanted: [String] = []) throws(RecognitionError) -> [Tensor] {
        var indexes: [Int] = []
        for name in wanted.isEmpty ? outputs : wanted {
            guard let index = outputs.firstIndex(of: name) else {
                throw .recognitionFailed(model: file.rawValue, reason: "the model has no output \(name)")
            }
            indexes.append(index)
        }
        var message = [CChar](repeating: 0, count: Int(COR_MESSAGE_SIZE))
        var results = [cor_tensor](repeating: cor_tensor(), count: indexes.count)
        let status = cor_session_run(
            session, input.values, input.shape.map(Int64.init), input.shape.count, indexes, indexes.count, &results,
            &message)
        guard status == 0 else {
            throw .recognitionFailed(model: file.rawValue, reason: OnnxRuntime.text(of: message))
        }
        return results.indices.map { index in
            defer { cor_tensor_close(session, &results[index]) }
            return Tensor(results[index])
        }
    }
}

extension Tensor {
    /// A copy of a result.
    fileprivate init(_ result: cor_tensor) {
        let shape = withUnsafeBytes(of: result.shape) { Array($0.bindMemory(to: Int64.self).prefix(result.rank)) }
        self.init(
            checkedShape: shape.map(Int.init),
            values: Array(UnsafeBufferPointer(start: result.values, count: result.count)))
    }
}
