import { Component } from 'react';
import type { ReactNode } from 'react';
import { Trouble } from './parts';

/* What fails inside is told in its place; another address tries again. */
export class Guard extends Component<{ where: string; children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };
  static getDerivedStateFromError(error: Error) { return { error }; }
  override componentDidUpdate(before: { where: string }) {
    if (before.where !== this.props.where && this.state.error) this.setState({ error: null });
  }
  override render() {
    return this.state.error ? <Trouble fill error={this.state.error} retry={() => location.reload()} /> : this.props.children;
  }
}
