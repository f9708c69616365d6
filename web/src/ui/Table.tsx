import type { ReactNode } from 'react';
import './Table.css';

export interface Column<Row> {
  readonly id: string;
  /** empty for a column of buttons, whose own names say what they do */
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  /** the column that names the row */
  readonly head?: boolean;
}

export interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly testId?: string;
}

/** Rows with the same facts about each thing. On phones every row is a block with its labels. */
export function Table<Row>({ label, columns, rows, keyOf, testId }: TableProps<Row>) {
  return (
    <table className="table" aria-label={label} data-testid={testId}>
      <thead>
        <tr>
          {columns.map((column) => (column.label ? <th key={column.id} scope="col">{column.label}</th> : <td key={column.id} />))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)} data-row={keyOf(row)}>
            {columns.map((column) =>
              column.head ? (
                <th key={column.id} scope="row">{column.cell(row)}</th>
              ) : (
                <td key={column.id} data-label={column.label}>{column.cell(row)}</td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
