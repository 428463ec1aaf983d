import LambdaRuntime
import PictureFunctions

Lambda.run([
    "echo": { _ in EchoFunction() }
])
