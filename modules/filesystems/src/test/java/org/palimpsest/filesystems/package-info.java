/** Tests of corpora and runs on HDFS and S3. */
package org.palimpsest.filesystems;
