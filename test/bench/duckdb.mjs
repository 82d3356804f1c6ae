// duckdb.mjs: queries over .json.gz log files in place, by DuckDB.
//
// usage: node duckdb.mjs THREADS GLOB EVENT_NAME
// Columns are declared, which is DuckDB's fastest way to read files whose shape
// is known; only the one field that the queries need is extracted.
import { DuckDBInstance } from '@duckdb/node-api';

const [threads, glob, eventName] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:', { threads });
const connection = await instance.connect();
const records = `(SELECT unnest(Records) AS r FROM read_json('${glob}',
	columns = {Records: 'STRUCT(eventName VARCHAR)[]'}, maximum_object_size = 1073741824))`;
const queries = {
	filter: `SELECT count(*) FROM ${records} WHERE r.eventName = '${eventName}'`,
	group: `SELECT count(*) FROM (SELECT r.eventName, count(*) FROM ${records} GROUP BY 1)`,
};

const version = await connection.runAndReadAll('SELECT version()');
console.log('version', version.getRows()[0][0]);
for (const [name, query] of Object.entries(queries)) {
	let best = Infinity;
	let rows;
	for (let pass = 0; pass < 2; pass++) {
		const start = performance.now();
		const result = await connection.runAndReadAll(query);
		best = Math.min(best, (performance.now() - start) / 1000);
		rows = result.getRows()[0][0];
	}
	console.log(name, best.toFixed(6), String(rows));
}
