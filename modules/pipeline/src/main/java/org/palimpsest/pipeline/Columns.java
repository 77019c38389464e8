package org.palimpsest.pipeline;

import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.palimpsest.base.PalimpsestException;

/** Finds the columns that params name. */
final class Columns {
  private Columns() {}

  /** A column of any type. */
  static Column any(Dataset<?> data, String name, String param) {
    require(data.schema(), name, param);
    return data.col("`" + name.replace("`", "``") + "`");
  }

  /** A column of type string. */
  static Column text(Dataset<?> data, String name, String param) {
    requireText(data.schema(), name, param);
    return any(data, name, param);
  }

  /** Refuses a schema without that column. */
  static void require(StructType schema, String name, String param) {
    if (!Arrays.asList(schema.fieldNames()).contains(name)) {
      throw PalimpsestException.input(
          "The DataFrame has no column '%s' (it has %s): set %s to one of its columns."
              .formatted(name, String.join(", ", schema.fieldNames()), param));
    }
  }

  /** Refuses a schema without that column, or with one of another type. */
  static void requireText(StructType schema, String name, String param) {
    require(schema, name, param);
    var type = schema.apply(name).dataType();
    if (!type.equals(DataTypes.StringType)) {
      throw PalimpsestException.input(
          "The column '%s' has type %s: set %s to a column of type string, or cast it."
              .formatted(name, type.simpleString(), param));
    }
  }

  /** Refuses a schema that already has a column that is to be added. */
  static StructType added(StructType schema, String name, String param, String type) {
    if (Arrays.asList(schema.fieldNames()).contains(name)) {
      throw PalimpsestException.input(
          "The DataFrame already has a column '%s': drop it, or set %s to another name."
              .formatted(name, param));
    }
    return schema.add(name, type);
  }
}
