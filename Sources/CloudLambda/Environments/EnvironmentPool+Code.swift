import CloudCore
import Synchronization

/// What code and which configuration new environments get.
extension EnvironmentPool {
    /// Looks whether the code was replaced since the last call, and if so starts anew with it: what runs finishes its
    /// calls, and everything from now on gets the new code.
    func takeUpChangedCode() {
        let known = generation
        let seen = CodeFingerprint(of: known.code.watched)
        // While a build is at work, what runs goes on serving until the new code is there as a whole.
        guard seen != known.fingerprint, seen.isComplete, known.code.isWhole else { return }
        guard let code = try? codeStore.prepare(known.configuration) else { return }
        replace(known.configuration, code: code, fingerprint: seen, onlyFrom: known.number)
    }

    /// Takes over another configuration or other code.
    ///
    /// - Throws: ``ServiceError`` where the code cannot be made ready; everything is then as before.
    func update(_ configuration: FunctionConfiguration) throws(ServiceError) {
        let code = try codeStore.prepare(configuration)
        replace(configuration, code: code, fingerprint: CodeFingerprint(of: code.watched), onlyFrom: nil)
    }

    private func replace(
        _ configuration: FunctionConfiguration, code: FunctionCode, fingerprint: CodeFingerprint, onlyFrom number: Int?
    ) {
        let idle = state.withLock { state -> [ExecutionEnvironment] in
            guard number == nil || number == state.generation.number else { return [] }
            state.generation = FunctionGeneration(
                number: state.generation.number + 1, configuration: configuration, code: code,
                fingerprint: fingerprint)
            defer { state.idle = [] }
            return state.idle.map(\.environment)
        }
        for environment in idle { environment.endOnceFree() }
    }

    /// Whether an environment runs other code than is there now, or than is about to be there.
    func isOutdated(_ environment: ExecutionEnvironment) -> Bool {
        let code = environment.generation.code
        let seen = CodeFingerprint(of: code.watched)
        return environment.generation.number != generation.number
            || (seen != environment.generation.fingerprint && (seen.isComplete || code.isBeingWritten))
    }
}
