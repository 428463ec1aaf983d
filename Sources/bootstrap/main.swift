import LambdaRuntime
import PictureFunctions

Lambda.run(pictureFunctions)
