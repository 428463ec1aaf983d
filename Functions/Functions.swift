enum PictureFunctionsPlaceholder {}
