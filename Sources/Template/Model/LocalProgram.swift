/// What runs a function of a `provided` runtime on a local cloud, where that need not be what is deployed.
///
/// A template says it in `Metadata`, which AWS leaves alone. For the whole template:
///
///     "Metadata": {"Darkroom": {"Bootstrap": ".build/debug/app", "Package": "dist/app.zip"}}
///
/// The program stands in for functions whose `CodeUri` is the package, and all other functions run what their `CodeUri`
/// holds. `Package` may be a list. Where it is missing, the package is `app.zip` in whatever folder; where no function
/// has such a `CodeUri`, the program stands in for all of `provided` runtimes. A function can decide for itself:
///
///     "Metadata": {"Darkroom": {"Bootstrap": ".build/debug/other"}}
///
/// or, with `false`, for what its `CodeUri` holds.
public enum LocalProgram: Sendable, Hashable {
    /// The program of the whole template, where there is one.
    case shared
    /// A program of the function's own: its path, from the template's folder unless absolute.
    case own(path: String)
    /// What `CodeUri` holds.
    case packaged
}
