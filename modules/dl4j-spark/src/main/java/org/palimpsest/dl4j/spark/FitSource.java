package org.palimpsest.dl4j.spark;

import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** What a program gives to {@code fit}. */
sealed interface FitSource {
  JavaRDD<?> rdd();

  Pieces export(DataExport export);

  /** What the exported pieces are. */
  Decoder decoder();

  /** The form in which hooks receive a batch. */
  BatchForm form();

  /** The type of the RDD's elements. */
  enum BatchForm {
    DATA_SET,
    MULTI_DATA_SET
  }

  /** Features and labels of one input and one output. */
  record DataSets(JavaRDD<DataSet> rdd) implements FitSource {
    @Override
    public Pieces export(DataExport export) {
      return export.write(rdd.map(DataSet::toMultiDataSet));
    }

    @Override
    public Decoder decoder() {
      return new Decoder.Stored();
    }

    @Override
    public BatchForm form() {
      return BatchForm.DATA_SET;
    }
  }

  /** Features and labels of any number of inputs and outputs. */
  record MultiDataSets(JavaRDD<MultiDataSet> rdd) implements FitSource {
    @Override
    public Pieces export(DataExport export) {
      return export.write(rdd);
    }

    @Override
    public Decoder decoder() {
      return new Decoder.Stored();
    }

    @Override
    public BatchForm form() {
      return BatchForm.MULTI_DATA_SET;
    }
  }

  /** Files that a loader reads, a batch each. */
  record DataSetPaths(JavaRDD<String> rdd, DataSetLoader loader) implements FitSource {
    @Override
    public Pieces export(DataExport export) {
      return export.writePaths(rdd);
    }

    @Override
    public Decoder decoder() {
      return new Decoder.DataSetFile(loader);
    }

    @Override
    public BatchForm form() {
      return BatchForm.DATA_SET;
    }
  }

  /** Files that a loader reads, a batch each. */
  record MultiDataSetPaths(JavaRDD<String> rdd, MultiDataSetLoader loader) implements FitSource {
    @Override
    public Pieces export(DataExport export) {
      return export.writePaths(rdd);
    }

    @Override
    public Decoder decoder() {
      return new Decoder.MultiDataSetFile(loader);
    }

    @Override
    public BatchForm form() {
      return BatchForm.MULTI_DATA_SET;
    }
  }
}
