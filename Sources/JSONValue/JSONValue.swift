enum JSONValuePlaceholder {}
