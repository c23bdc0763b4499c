import { Select } from 'antd';
import type { Person } from '../api/types';

export function SearchPeople({ people, value, onChange, placeholder }: { people: Person[]; value?: number; onChange: (id?: number) => void; placeholder: string }) {
  return <Select showSearch={{ optionFilterProp: 'label' }} allowClear value={value} onChange={onChange} placeholder={placeholder} aria-label={placeholder} popupMatchSelectWidth={false} style={{ minWidth: 130 }}
    options={people.filter((p) => p.kind === 'human').map((p) => ({ value: p.id, label: p.account ? `${p.name} (${p.account})` : p.name }))} />;
}
