// duckdb.mjs: runs SQL in DuckDB, one statement a line, and times each.
//
// usage: node duckdb.mjs THREADS < STATEMENTS
//
// Prints the rows, columns parted by |, and then the time, as psql does; and
// what is asked for by \echo.  An error ends it.
import { createInterface } from 'node:readline';
import { DuckDBInstance } from '@duckdb/node-api';

const instance = await DuckDBInstance.create(':memory:', { threads: process.argv[2] });
const connection = await instance.connect();

for await (const statement of createInterface({ input: process.stdin })) {
	if (statement.startsWith('\\echo ')) {
		console.log(statement.slice('\\echo '.length));
		continue;
	}
	const start = performance.now();
	const rows = (await connection.runAndReadAll(statement)).getRows();
	const time = performance.now() - start;
	for (const row of rows)
		console.log(row.join('|'));
	console.log(`Time: ${time.toFixed(3)} ms`);
}
