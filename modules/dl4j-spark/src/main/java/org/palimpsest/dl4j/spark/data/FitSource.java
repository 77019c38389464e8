package org.palimpsest.dl4j.spark.data;

import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** What a program gives to {@code fit}. */
public sealed interface FitSource {
  JavaRDD<?> rdd();

  ExportedBatches export(DataExport export);

  /** What the exported pieces are. */
  BatchDecoder decoder();

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
    public ExportedBatches export(DataExport export) {
      return export.write(rdd.map(DataSet::toMultiDataSet));
    }

    @Override
    public BatchDecoder decoder() {
      return new BatchDecoder.Stored();
    }

    @Override
    public BatchForm form() {
      return BatchForm.DATA_SET;
    }
  }

  /** Features and labels of any number of inputs and outputs. */
  record MultiDataSets(JavaRDD<MultiDataSet> rdd) implements FitSource {
    @Override
    public ExportedBatches export(DataExport export) {
      return export.write(rdd);
    }

    @Override
    public BatchDecoder decoder() {
      return new BatchDecoder.Stored();
    }

    @Override
    public BatchForm form() {
      return BatchForm.MULTI_DATA_SET;
    }
  }

  /** Files that a loader reads, a batch each. */
  record DataSetPaths(JavaRDD<String> rdd, DataSetLoader loader) implements FitSource {
    @Override
    public ExportedBatches export(DataExport export) {
      return export.writePaths(rdd);
    }

    @Override
    public BatchDecoder decoder() {
      return new BatchDecoder.DataSetFile(loader);
    }

    @Override
    public BatchForm form() {
      return BatchForm.DATA_SET;
    }
  }

  /** Files that a loader reads, a batch each. */
  record MultiDataSetPaths(JavaRDD<String> rdd, MultiDataSetLoader loader) implements FitSource {
    @Override
    public ExportedBatches export(DataExport export) {
      return export.writePaths(rdd);
    }

    @Override
    public BatchDecoder decoder() {
      return new BatchDecoder.MultiDataSetFile(loader);
    }

    @Override
    public BatchForm form() {
      return BatchForm.MULTI_DATA_SET;
    }
  }
}
